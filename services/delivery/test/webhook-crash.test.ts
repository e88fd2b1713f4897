import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '@fanfare/kernel'
import { boot, createTestDatabase } from '@fanfare/testkit'
import { sql } from 'kysely'
import { delivery } from '../src/service.ts'
import { fakeAudience, fakeContent } from './fakes.ts'
import { openReceiver } from './receiver.ts'
import { eventually } from './stage.ts'
import type { WebhookCrashOrder } from './webhook-crash-child.ts'
import { buildWebhook, elapse, openWebhookStage, settle } from './webhook-stage.ts'

const child = fileURLToPath(new URL('./webhook-crash-child.ts', import.meta.url))
const count = 30

test('killed with calls on the wire, it tells everybody again under the same ids: at least once, nobody left out', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-webhook-crash-'))
  const own = await createTestDatabase()
  const database = readEnvironment().DATABASE_URL ? { ...own.config, seed: undefined } : { dataDir }
  const tenantId = randomUUID()
  let answers = true
  await using receiver = await openReceiver((_call, number) => {
    return answers && number <= 10 ? {} : answers ? 'hang' : {}
  })
  const { DATABASE_URL: _, ...env } = readEnvironment()
  const running = fork(child, { env, stdio: 'inherit' })
  running.send({ tenantId, dataDir, database, url: receiver.url, count } satisfies WebhookCrashOrder)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls >= 18,
    60_000,
  )
  running.kill('SIGKILL')
  await once(running, 'exit')
  const before = receiver.ids()
  answers = false

  const app = await boot([delivery, fakeAudience().service, fakeContent().service], {
    environment: { FANFARE_DATA_DIR: dataDir },
    config: { db: database, delivery: { allowPrivateWebhooks: 'true' } },
  })
  const states = () =>
    app.db.withTenant(tenantId, async (trx) => {
      const { rows } = await sql<{ id: string; state: string }>`
        select id, state from delivery.webhook_message order by id`.execute(trx)
      return rows
    })
  assert.equal((await states()).length, count)
  await elapse({ app }, tenantId, 70_000)
  const ended = await eventually(states, (rows) => rows.every(({ state }) => state === 'delivered'))
  assert.deepEqual(new Set(receiver.ids()), new Set(ended.map(({ id }) => id)))
  const copies = Map.groupBy(receiver.ids(), (id) => id)
  const hung = before.slice(10)
  for (const id of hung) assert.ok((copies.get(id)?.length ?? 0) >= 2, 'what had no answer is sent again')
  assert.ok(receiver.calls.length <= count + before.length)
  await app.stop()
  await own.drop()
  await rm(dataDir, { recursive: true })
})

test('an orderly stop lets a call that is under way finish and gives back what was not begun', async () => {
  const gate = Promise.withResolvers<void>()
  await using receiver = await openReceiver(async () => {
    await gate.promise
    return {}
  })
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-webhook-stop-'))
  const own = await createTestDatabase()
  const database = readEnvironment().DATABASE_URL ? { ...own.config, seed: undefined } : { dataDir }
  const start = () =>
    boot([delivery, fakeAudience().service, fakeContent().service], {
      environment: { FANFARE_DATA_DIR: dataDir },
      config: { db: database, delivery: { allowPrivateWebhooks: 'true', webhookConcurrency: 2 } },
    })
  const first = await start()
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

  const second = await start()
  // No lease is waited for: what was given back is due at once.
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 10,
    5_000,
  )
  assert.equal(new Set(receiver.ids()).size, 10)
  await second.stop()
  await own.drop()
  await rm(dataDir, { recursive: true })
})

test('two processes on one database call each message once', async (t) => {
  if (!readEnvironment().DATABASE_URL) return t.skip('one embedded database takes one process')
  await using receiver = await openReceiver()
  await using stage = await openWebhookStage()
  const other = await boot([delivery, fakeAudience().service, fakeContent().service], {
    config: { db: { ...(await urlOf(stage)), seed: undefined }, delivery: { allowPrivateWebhooks: 'true' } },
  })
  const webhook = await buildWebhook(stage, receiver.url)
  for (let round = 0; round < 5; round++) await settle(stage, webhook.tenantId, 100)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls >= 500,
  )
  assert.equal(new Set(receiver.ids()).size, 500)
  assert.equal(receiver.calls.length, 500)
  await other.stop()
})

async function urlOf({ app }: { app: Awaited<ReturnType<typeof boot>> }): Promise<{ url: string }> {
  const name = await app.db.transaction(async (trx) => {
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(trx)
    return rows[0]?.name ?? ''
  })
  const url = new URL(readEnvironment().DATABASE_URL ?? '')
  url.pathname = `/${name}`
  return { url: url.href }
}
