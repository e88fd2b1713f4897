import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@fanfare/sdk'
import { platform } from '@fanfare/server'
import { makeOwner, serverProcess } from '@fanfare/testkit'
import { assertKnown, FlagError, oneOf, wholeNumber } from './command-line/flags.ts'
import type { BenchOptions } from './main.ts'
import { type Caller, latenciesOf, timeCalls } from './messages/calls.ts'
import { type BenchDatabase, databaseKinds, noPostgres, openDatabase } from './send/database.ts'
import { openSinkProcess } from './smtp-sink/process.ts'
import { createSender } from './workspace/campaigns.ts'
import { newsletter } from './workspace/email.ts'
import { taken } from './workspace/replies.ts'

interface Order {
  readonly requests: number
  readonly callers: number
}

/**
 * How long a caller waits until a message is accepted, that is in the database, while the product sends what was accepted
 * before; against a bare POST, the smallest thing that the API writes. One line of JSON a database.
 *
 * @param options `--requests`, default 1 000; `--callers` at once, default 2; `--database`, default both
 */
export async function run(options: BenchOptions): Promise<void> {
  assertKnown(options, ['requests', 'callers', 'database'])
  const order = { requests: wholeNumber(options, 'requests') ?? 1_000, callers: wholeNumber(options, 'callers') ?? 2 }
  const asked = oneOf(options, 'database', databaseKinds)
  process.once('SIGINT', () => process.exit(130))
  for (const kind of asked ? [asked] : databaseKinds) {
    await using database = await openDatabase(kind)
    if (database !== undefined) console.log(JSON.stringify(await measure(order, database)))
    else if (asked === undefined) console.error(noPostgres)
    else throw new FlagError(noPostgres)
  }
}

async function measure({ requests, callers }: Order, database: BenchDatabase) {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-bench-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }))
  const sink = cleanUp.use(await openSinkProcess())
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const server = cleanUp.use(
    serverProcess({
      dataDir,
      services: platform.map(({ provides }) => provides.id),
      databaseUrl: database.url,
      environment: { FANFARE_HTTP_RATE_LIMIT_FACTOR: '1000' },
    }),
  )
  const { setupLink } = await server.start()
  if (setupLink === undefined) throw new Error('The first start printed no setup link.')
  const key = await makeOwner(setupLink, 'Bench')
  const client = createClient({ url: server.url, key })
  const senderId = await createSender(client, 'Sink', { host: '127.0.0.1', port: sink.port })
  const { id: emailId } = await taken(client.POST('/v1/emails', { body: newsletter }))
  const caller: Caller = { url: server.url, key }

  const orders = (from: string) => (number: number) => ({
    path: '/v1/messages',
    body: {
      senderId,
      to: [
        {
          email: `${from}.${number}@people.example.com`,
          values: { first_name: 'Person', last_name: String(number), city: 'Oslo' },
        },
      ],
      content: { kind: 'template', emailId },
      tags: ['bench'],
    },
  })
  const lists = (from: string) => (number: number) => ({ path: '/v1/lists', body: { name: `${from} ${number}` } })
  const warmUp = Math.min(100, requests)
  await timeCalls(caller, { count: warmUp, callers }, lists('warm-up'))
  await timeCalls(caller, { count: warmUp, callers }, orders('warm-up'))
  const bare = await timeCalls(caller, { count: requests, callers }, lists('list'))
  const began = performance.now()
  const accepts = await timeCalls(caller, { count: requests, callers }, orders('person'))
  const acceptSeconds = (performance.now() - began) / 1_000
  const deadline = performance.now() + 120_000
  while ((await sink.counts()).messages < warmUp + requests && performance.now() < deadline) await sleep(20)
  const sentSeconds = (performance.now() - began) / 1_000
  await server.stop()
  const { messages } = await sink.counts()
  return {
    bench: 'messages',
    database: database.kind,
    requests,
    callers,
    ...latenciesOf(accepts),
    bare: latenciesOf(bare),
    ratio: Number((latenciesOf(accepts).p50 / latenciesOf(bare).p50).toFixed(2)),
    acceptedPerSecond: Math.round(requests / acceptSeconds),
    sentPerSecond: Math.round(requests / sentSeconds),
    lost: warmUp + requests - messages,
  }
}
