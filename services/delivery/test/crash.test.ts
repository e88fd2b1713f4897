import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '@fanfare/kernel'
import { boot, createTestDatabase } from '@fanfare/testkit'
import { DeliveryEngine } from '../src/contract.ts'
import { delivery } from '../src/service.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import type { CrashNews, CrashOrder } from './crash-child.ts'
import { endlessAudience, fakeAudience, fakeContent } from './fakes.ts'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, senderTo, sumOf } from './stage.ts'

const count = 3_000
const connections = 4
const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

/** The child gets its database from the order, not from the environment: what it made itself a kill would leave behind. */
function startChild(order: CrashOrder): ChildProcess {
  const { DATABASE_URL: _, ...env } = readEnvironment()
  const started = fork(child, { env, stdio: 'inherit' })
  started.send(order)
  return started
}

async function kill(running: ChildProcess): Promise<void> {
  running.kill('SIGKILL')
  await once(running, 'exit')
}

test('killed in the middle of a send, twice, it loses nobody, writes to nobody twice and owns up to what it cannot know', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-crash-'))
  const own = await createTestDatabase()
  const database = readEnvironment().DATABASE_URL ? own.config : { dataDir }
  const ref = { tenantId: randomUUID(), campaignId: randomUUID() }
  await using sink = await openSink()
  const order = { ref, dataDir, database, sinkPort: sink.port }
  let running = startChild({ ...order, count })
  for (const killAfter of [count * 0.3, count * 0.6]) {
    await eventually(
      () => sink.messages.length,
      (taken) => taken >= killAfter,
      60_000,
    )
    await kill(running)
    running = startChild({ ...order, count: 0 })
  }
  let pending = Number.NaN
  running.on('message', (news: CrashNews) => {
    pending = news.pending
  })
  await eventually(
    () => pending,
    (left) => left === 0,
    60_000,
  )
  await kill(running)

  const { accounting, states } = await readLedger(dataDir, database, ref)
  const copies = Map.groupBy(sink.messages, (message) => message.recipient)
  assert.equal(sumOf(accounting), count)
  assert.deepEqual(
    [accounting.audience, accounting.failed, accounting.suppressed, accounting.pending],
    [count, 0, 0, 0],
  )
  assert.ok(accounting.unknown <= 2 * connections, `${accounting.unknown} unknown after two kills`)
  assert.deepEqual(
    [...copies.values()].filter((messages) => messages.length > 1),
    [],
  )
  for (const { email, state } of states) {
    if (state === 'accepted') assert.ok(copies.has(email), `${email} is said to be sent and was not`)
  }
  assert.ok(copies.size >= accounting.sent && copies.size <= accounting.sent + accounting.unknown)
  await own.drop()
  await rm(dataDir, { recursive: true })
})

test('stopped in an orderly way and started again, it knows what became of everybody', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-stop-'))
  const own = await createTestDatabase()
  const database = readEnvironment().DATABASE_URL ? { ...own.config, seed: undefined } : { dataDir }
  await using sink = await openSink()
  const options = {
    environment: { FANFARE_DATA_DIR: dataDir },
    config: { db: database, jobs: { pollIntervalSeconds: 0.5 } },
  }
  const [audience, content] = [fakeAudience(), fakeContent()]
  const services = [delivery, audience.service, content.service]
  const first = await boot(services, options)
  const sender = senderTo(sink.port, { messagesPerSecond: 200 })
  const campaign = await buildCampaign(
    { app: first, engine: first.get(DeliveryEngine), audience, content },
    { count: 200, sender },
  )
  await first.get(DeliveryEngine).startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (taken) => taken >= 20,
  )
  await first.stop()
  const atStop = sink.messages.length
  assert.ok(atStop < 200)
  const second = await boot(services, options)
  const accounting = await eventually(
    () => second.get(DeliveryEngine).getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  await second.stop()
  assert.deepEqual([accounting.sent, accounting.unknown], [200, 0])
  assert.equal(new Set(sink.messages.map((message) => message.recipient)).size, sink.messages.length)
  await own.drop()
  await rm(dataDir, { recursive: true })
})

async function readLedger(dataDir: string, database: Record<string, unknown>, ref: CrashOrder['ref']) {
  await using app = await boot([delivery, endlessAudience().service, fakeContent().service], {
    environment: { FANFARE_DATA_DIR: dataDir },
    config: { db: database },
  })
  const states = await app.db
    .as<DeliveryTables>()
    .withTenant(ref.tenantId, (trx) => trx.selectFrom('delivery.delivery').select(['email', 'state']).execute())
  return { accounting: await app.get(DeliveryEngine).getAccounting(ref), states }
}
