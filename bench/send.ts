import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@fanfare/sdk'
import { runBareClient } from './bare-client/process.ts'
import { assertKnown, FlagError, oneOf, wholeNumber } from './command-line/flags.ts'
import { usageOf } from './machine/usage.ts'
import type { BenchOptions } from './main.ts'
import { runCourse, waitUntilIdle } from './send/course.ts'
import { type BenchDatabase, databaseKinds, noPostgres, openDatabase } from './send/database.ts'
import { figuresOf, type Reading } from './send/figures.ts'
import { setStage } from './send/stage.ts'
import { openSinkProcess, type SinkProcess } from './smtp-sink/process.ts'
import type { MailServer } from './workspace/campaigns.ts'

interface Order {
  readonly recipients: number
  readonly connections: number | undefined
  /** A server of somebody else's; what it took cannot be asked. */
  readonly foreignSink: MailServer | undefined
}

/**
 * How fast a campaign leaves: the whole product in a process of its own, from the launch until nothing is pending, against a
 * bare client that hands the same bytes to the same sink. One line of JSON a database.
 *
 * @param options `--recipients`, default 100 000; `--database`, default both; `--sink host:port` for another server than
 *   the bench's own; `--connections`, default what the product opens
 */
export async function run(options: BenchOptions): Promise<void> {
  assertKnown(options, ['recipients', 'database', 'sink', 'connections'])
  const order: Order = {
    recipients: wholeNumber(options, 'recipients') ?? 100_000,
    connections: wholeNumber(options, 'connections'),
    foreignSink: addressIn(options.sink),
  }
  const asked = oneOf(options, 'database', databaseKinds)
  // So that what was started is ended, too.
  process.once('SIGINT', () => process.exit(130))
  for (const kind of asked ? [asked] : databaseKinds) {
    await using database = await openDatabase(kind)
    if (database !== undefined) console.log(JSON.stringify(await measure(order, database)))
    else if (asked === undefined) console.error(noPostgres)
    else throw new FlagError(noPostgres)
  }
}

async function measure(order: Order, database: BenchDatabase) {
  const { recipients, foreignSink } = order
  const say = (line: string) => process.stderr.write(`${database.kind}: ${line}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-bench-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }))
  const ownSink = foreignSink === undefined ? cleanUp.use(await openSinkProcess()) : undefined
  const sink = foreignSink ?? { host: '127.0.0.1', port: ownSink?.port ?? 0 }

  const { server, key, campaignId, sample } = await setStage({ ...order, folder, database, sink, say })
  cleanUp.use(server)
  const read = async (): Promise<Reading> => ({
    product: usageOf(server.pid),
    database: database.pid === undefined ? undefined : usageOf(database.pid),
    sink: await ownSink?.counts(),
  })
  // A process that has only sent: what the import used is not the send's.
  await server.start()
  const before = await read()
  const client = createClient({ url: server.url, key })
  const course = await runCourse({ client, url: server.url, key }, campaignId, ({ pending }, seconds) =>
    say(
      `${recipients - pending} of ${recipients} after ${seconds.toFixed(1)} s, at most ${usageOf(server.pid)?.peakRssMb} MB`,
    ),
  )
  await waitUntilIdle(server.pid)
  const used = await read()
  await server.stop()
  // Once more, after the product has ended: a copy that leaves late is a duplicate, too.
  const after = { ...used, sink: await ownSink?.counts() }

  const connections = order.connections ?? after.sink?.mostOpen ?? 4
  say(`the bare client, over ${connections} connections`)
  const bare = await runBare({ ownSink, sink, connections, sample, messages: Math.min(recipients, 100_000) })
  const messageBytes = sample.length
  return figuresOf({ database: database.kind, recipients, connections, messageBytes, course, before, after, bare })
}

interface BareOrder {
  readonly ownSink: SinkProcess | undefined
  readonly sink: MailServer
  readonly connections: number
  readonly sample: Buffer
  readonly messages: number
}

/** The bare client against the sink, with its counting begun afresh. */
async function runBare({ ownSink, sink, connections, sample, messages }: BareOrder) {
  await ownSink?.reset()
  const bare = await runBareClient({ ...sink, connections, messages, content: sample })
  const counted = await ownSink?.counts()
  if (counted !== undefined && counted.recipients !== messages) {
    throw new Error(`Of the bare client's ${messages} messages the sink has ${counted.recipients}`)
  }
  return bare
}

function addressIn(text: BenchOptions[string]): MailServer | undefined {
  if (text === undefined) return undefined
  const [, host = '', port = ''] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(String(text)) ?? []
  if (host === '') throw new FlagError(`--sink must be host:port, for example --sink=127.0.0.1:2525; found "${text}".`)
  return { host, port: Number(port) }
}
