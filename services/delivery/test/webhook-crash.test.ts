import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '@fanfare/kernel'
import { boot, createTestDatabase, type TestApp } from '@fanfare/testkit'
import { sql } from 'kysely'
import { delivery } from '../src/service.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { type ClaimedMessage, claimMessages, recordMessages } from '../src/store/webhook-claims.ts'
import { fakeAudience, fakeContent } from './fakes.ts'
import { openReceiver } from './receiver.ts'
import { eventually } from './stage.ts'
import type { WebhookCrashOrder } from './webhook-crash-child.ts'
import { buildWebhook, elapse, settle } from './webhook-stage.ts'

const child = fileURLToPath(new URL('./webhook-crash-child.ts', import.meta.url))
const count = 30

/** A database and a data folder that outlive the processes on them. */
interface Home extends AsyncDisposable {
  readonly dataDir: string
  readonly database: Record<string, unknown>
  start(config?: Record<string, unknown>): Promise<TestApp>
}

async function openHome(): Promise<Home> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-webhooks-'))
  const own = await createTestDatabase()
  // What was prepared for an embedded database in memory goes with no other.
  const database = readEnvironment().DATABASE_URL ? { ...own.config, seed: undefined } : { dataDir }
  const apps: TestApp[] = []
  return {
    dataDir,
    database,
    async start(config = {}) {
      const app = await boot([delivery, fakeAudience().service, fakeContent().service], {
        environment: { FANFARE_DATA_DIR: dataDir },
        config: { db: database, delivery: { allowPrivateWebhooks: 'true', ...config } },
      })
      apps.push(app)
      return app
    },
    async [Symbol.asyncDispose]() {
      for (const app of apps) await app.stop()
      await own.drop()
      await rm(dataDir, { recursive: true })
    },
  }
}

test('killed with calls on the wire, it tells everybody again under the same ids: at least once, nobody left out', async () => {
  await using home = await openHome()
  const { dataDir, database } = home
  const tenantId = randomUUID()
  let isBack = false
  await using receiver = await openReceiver((_call, number) => (isBack || number <= 10 ? {} : 'hang'))
  const { DATABASE_URL: _, ...env } = readEnvironment()
  const running = fork(child, { env, stdio: 'inherit' })
  running.send({ tenantId, dataDir, database, url: receiver.url, count } satisfies WebhookCrashOrder)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls >= 18,
    60_000,
  ).finally(() => running.kill('SIGKILL'))
  await once(running, 'exit')
  const before = receiver.ids()
  isBack = true

  const app = await home.start()
  assert.equal((await statesOf(app, tenantId)).length, count)
  await elapse({ app }, tenantId, 70_000)
  const ended = await eventually(
    () => statesOf(app, tenantId),
    (rows) => rows.every(({ state }) => state === 'delivered'),
  )
  assert.deepEqual(new Set(receiver.ids()), new Set(ended.map(({ id }) => id)))
  const copies = Map.groupBy(receiver.ids(), (id) => id)
  for (const id of before.slice(10)) assert.ok((copies.get(id)?.length ?? 0) >= 2, 'what had no answer is sent again')
  assert.ok(receiver.calls.length <= count + before.length)
})

test('an orderly stop lets a call that is under way finish and gives back what was not begun', async () => {
  const gate = Promise.withResolvers<void>()
  await using receiver = await openReceiver(async () => {
    await gate.promise
    return {}
  })
  await using home = await openHome()
  const first = await home.start({ webhookConcurrency: 2 })
  const webhook = await buildWebhook({ app: first }, receiver.url)
  await settle({ app: first }, webhook.tenantId, 10)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 2,
  )
  const stopped = first.stop()
  setTimeout(gate.resolve, 300)
  await stopped
  assert.equal(receiver.calls.length, 2)

  await home.start()
  // Sooner than any lease ends: what was given back is due at once.
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 10,
  )
  assert.equal(new Set(receiver.ids()).size, 10)
})

test('a worker that comes back after its lease changes nothing any more', async () => {
  await using receiver = await openReceiver()
  await using home = await openHome()
  const app = await home.start()
  const { tenantId, id: webhookId } = await buildWebhook({ app }, receiver.url)
  const db = app.db.as<DeliveryTables>()
  // At rest, so that only the two claims below take its message.
  await db.withTenant(tenantId, (trx) => sql`update delivery.webhook set rests_until = 'infinity'`.execute(trx))
  await settle({ app }, tenantId)
  const claim = (leaseMs: number) =>
    db.withTenant(tenantId, (trx) => claimMessages(trx, tenantId, [{ webhookId, limit: 10 }], leaseMs))
  const end = ({ id, fence }: ClaimedMessage, state: 'delivered' | 'failed') => {
    const outcome = { webhookId, id, fence, state, delayMs: 0, status: 200, counted: true }
    return db.withTenant(tenantId, (trx) => recordMessages(trx, tenantId, [outcome]))
  }
  const [late] = (await claim(0)) as [ClaimedMessage]
  const [second] = (await claim(60_000)) as [ClaimedMessage]
  assert.deepEqual([late.fence, second.fence, second.id], [1, 2, late.id])
  assert.deepEqual(await claim(60_000), [])
  await end(late, 'failed')
  assert.deepEqual(await statesOf(app, tenantId), [{ id: late.id, state: 'sending' }])
  await end(second, 'delivered')
  await end(late, 'failed')
  assert.deepEqual(await statesOf(app, tenantId), [{ id: late.id, state: 'delivered' }])
})

test('two processes on one database call each message once', async (t) => {
  if (!readEnvironment().DATABASE_URL) return t.skip('an embedded database takes one process')
  await using receiver = await openReceiver(() => sleep(40, {}))
  await using home = await openHome()
  const [app] = [await home.start(), await home.start()]
  const webhook = await buildWebhook({ app }, receiver.url)
  for (let round = 0; round < 5; round++) await settle({ app }, webhook.tenantId, 100)
  const rows = await eventually(
    () => statesOf(app, webhook.tenantId),
    (all) => all.length === 500 && all.every(({ state }) => state === 'delivered'),
  )
  assert.ok(receiver.atOnce() > 8, 'both take part')
  assert.deepEqual(receiver.ids().sort(), rows.map(({ id }) => id).sort())
})

async function statesOf(app: TestApp, tenantId: string) {
  return app.db.withTenant(tenantId, async (trx) => {
    const { rows } = await sql<{ id: string; state: string }>`
      select id, state from delivery.webhook_message`.execute(trx)
    return rows
  })
}
