import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, type FanfareClient } from '@fanfare/sdk'
import { platform } from '@fanfare/server'
import { makeOwner, serverProcess } from '@fanfare/testkit'
import { assertKnown, FlagError, oneOf, wholeNumber } from './command-line/flags.ts'
import type { BenchOptions } from './main.ts'
import { latenciesOf } from './messages/calls.ts'
import { type BenchDatabase, databaseKinds, noPostgres, openDatabase } from './send/database.ts'
import { openBareServer } from './tracking/bare-server.ts'
import { sendMessages } from './tracking/messages.ts'
import { type Load, request, type Served, type Target } from './tracking/requests.ts'
import { taken } from './workspace/replies.ts'

interface Order {
  readonly requests: number
  readonly connections: number
  readonly messages: number
  readonly rate: number
}

/**
 * How many clicks and opens a second the product takes while it writes them down, against a server of Node that answers the
 * same and does nothing; how long one waits at an even pace; and whether each of them is in the report in the end. One line
 * of JSON a database.
 *
 * @param options `--requests` of each kind, default 20 000; `--connections`, default 32; `--messages` whose links they are,
 *   default 200; `--rate` at which waits are measured, default 1 000 a second; `--database`, default both
 */
export async function run(options: BenchOptions): Promise<void> {
  assertKnown(options, ['requests', 'connections', 'messages', 'rate', 'database'])
  const order = {
    requests: wholeNumber(options, 'requests') ?? 20_000,
    connections: wholeNumber(options, 'connections') ?? 32,
    messages: wholeNumber(options, 'messages') ?? 200,
    rate: wholeNumber(options, 'rate') ?? 1_000,
  }
  const asked = oneOf(options, 'database', databaseKinds)
  process.once('SIGINT', () => process.exit(130))
  for (const kind of asked ? [asked] : databaseKinds) {
    await using database = await openDatabase(kind)
    if (database !== undefined) console.log(JSON.stringify(await measure(order, database)))
    else if (asked === undefined) console.error(noPostgres)
    else throw new FlagError(noPostgres)
  }
}

async function measure(order: Order, database: BenchDatabase) {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-bench-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }))
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
  const client = createClient({ url: server.url, key: await makeOwner(setupLink, 'Bench') })
  const { campaignId, clicks, opens } = await sendMessages(client, folder, order.messages)
  // A click within two seconds of the delivery would be a machine's, and the report's figures are of people.
  await sleep(3_000)

  const { hostname: host, port } = new URL(server.url)
  const product = { host, port: Number(port) }
  const bareServer = cleanUp.use(await openBareServer())
  const bare = await atFullSpeed(bareServer, order, { pathOf: () => clicks[0] as string, status: 302 })
  const click = { pathOf: among(clicks), status: 302 }
  const clicked = await atFullSpeed(product, order, click)
  const opened = await atFullSpeed(product, order, { pathOf: among(opens), status: 200 })
  const atOnce = (order.requests + warmUpOf(order)) * 2
  await countHits(client, campaignId, atOnce)
  // Begun when all of that is in the report: the waits are those of an even pace, not of what is left of a rush.
  const paced = await request(product, {
    ...order,
    ...click,
    requests: order.rate * pacedSeconds,
    perSecond: order.rate,
  })

  const told = atOnce + order.rate * pacedSeconds
  const counted = await countHits(client, campaignId, told)
  await server.stop()
  const [clicksPerSecond, opensPerSecond, barePerSecond] = [clicked, opened, bare].map(
    ({ seconds }) => order.requests / seconds,
  ) as [number, number, number]
  return {
    bench: 'tracking',
    database: database.kind,
    ...order,
    clicksPerSecond: Math.round(clicksPerSecond),
    opensPerSecond: Math.round(opensPerSecond),
    barePerSecond: Math.round(barePerSecond),
    ratio: Number((clicksPerSecond / barePerSecond).toFixed(3)),
    p95Ms: latenciesOf(paced.milliseconds).p95,
    p95MsAtFullSpeed: latenciesOf(clicked.milliseconds).p95,
    lost: told - counted,
  }
}

const pacedSeconds = 5

type Paths = Pick<Load, 'pathOf' | 'status'>

const among = (paths: readonly string[]) => (number: number) => paths[number % paths.length] as string
const warmUpOf = ({ requests }: Order) => Math.min(1_000, requests)

async function atFullSpeed(target: Target, order: Order, paths: Paths): Promise<Served> {
  const { connections, requests } = order
  await request(target, { connections, ...paths, requests: warmUpOf(order) })
  return request(target, { connections, ...paths, requests })
}

/** How many opens and clicks the report has, once it has all or has not moved for a while. */
async function countHits(client: FanfareClient, campaignId: string, expected: number): Promise<number> {
  let [last, movedAt] = [0, performance.now()]
  for (;;) {
    const { series } = await taken(
      client.GET('/v1/campaigns/{campaignId}/report', { params: { path: { campaignId } } }),
    )
    const counted = series.reduce((sum, { opens, clicks }) => sum + opens + clicks, 0)
    if (counted !== last) [last, movedAt] = [counted, performance.now()]
    if (counted >= expected || performance.now() - movedAt > 20_000) return counted
    await sleep(200)
  }
}
