import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Jobs } from '@fanfare/kernel'
import { sql } from 'kysely'
import { SweepWebhooks } from '../src/webhooks/retention.ts'
import { openReceiver } from './receiver.ts'
import { eventually, type Stage } from './stage.ts'
import { type BuiltWebhook, buildWebhook, messagesOf, openWebhookStage, settle } from './webhook-stage.ts'

let stage: Stage
before(async () => {
  stage = await openWebhookStage()
})
after(() => stage[Symbol.asyncDispose]())

const api = (tenantId: string) => stage.app.as({ tenantId, role: 'owner' })
const long = new Date(Date.now() - 60_000).toISOString()

async function allEnded(webhook: BuiltWebhook, count: number) {
  return eventually(
    () => messagesOf(stage, webhook),
    (rows) => rows.length === count && rows.every(({ state }) => state === 'delivered' || state === 'failed'),
  )
}
/** As if all tries of what waits were over. */
async function giveUp({ tenantId, id }: BuiltWebhook): Promise<void> {
  await eventually(
    () => messagesOf(stage, { tenantId, id, secret: '' }),
    // One that was not tried yet may be on the wire by the time of the update.
    (rows) => rows.length > 0 && rows.every(({ state, attempts }) => state !== 'sending' && attempts > 0),
  )
  await stage.app.db.withTenant(tenantId, (trx) =>
    sql`
      update delivery.webhook_message set state = 'failed', next_at = null, finished_at = now()
      where webhook_id = ${id} and state = 'pending'`.execute(trx),
  )
}

test('messages and calls are listed newest first, by state and by time, a page at a time', async () => {
  await using receiver = await openReceiver((_call, number) => ({ status: number === 2 ? 500 : 200, body: 'no' }))
  const webhook = await buildWebhook(stage, receiver.url)
  for (let sent = 1; sent <= 3; sent++) {
    await settle(stage, webhook.tenantId)
    await eventually(
      () => receiver.calls.length,
      (calls) => calls === sent,
    )
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const path = `/v1/webhooks/${webhook.id}`
  await eventually(
    async () => (await api(webhook.tenantId).get(`${path}/attempts`)).body.rows.length,
    (count) => count === 3,
  )
  const [third, second, first] = receiver.ids().reverse()
  const page = (await api(webhook.tenantId).get(`${path}/messages?limit=2`)).body
  assert.deepEqual(idsOf(page), [third, second])
  const next = (await api(webhook.tenantId).get(`${path}/messages?limit=2&cursor=${page.nextCursor}`)).body
  assert.deepEqual([idsOf(next), next.nextCursor], [[first], null])
  const pending = (await api(webhook.tenantId).get(`${path}/messages?state=pending`)).body
  assert.deepEqual(idsOf(pending), [second])
  const later = (await api(webhook.tenantId).get(`${path}/messages?since=2099-01-01T00:00:00Z`)).body
  assert.deepEqual(later.rows, [])
  const failed = (await api(webhook.tenantId).get(`${path}/attempts?failed=true`)).body.rows
  assert.deepEqual([failed.length, failed[0].messageId, failed[0].status, failed[0].response], [1, second, 500, 'no'])
  assert.ok(failed[0].durationMs >= 0)
  const calls = (await api(webhook.tenantId).get(`${path}/attempts?limit=1`)).body
  const older = (await api(webhook.tenantId).get(`${path}/attempts?limit=5&cursor=${calls.nextCursor}`)).body
  assert.deepEqual(
    [...calls.rows, ...older.rows].map(({ messageId }) => messageId),
    [third, second, first],
  )
})

test('one message can be sent again under its own id, also one that was delivered', async () => {
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  const [message] = await allEnded(webhook, 1)
  const replayed = await api(webhook.tenantId).post(`/v1/webhooks/${webhook.id}/messages/${message?.id}/replay`)
  assert.deepEqual([replayed.status, replayed.body.state, replayed.body.attempts], [200, 'pending', 0])
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 2,
  )
  assert.deepEqual(receiver.ids(), [message?.id, message?.id])
  assert.equal(receiver.calls[0]?.body, receiver.calls[1]?.body)
  await allEnded(webhook, 1)
  const detail = (await api(webhook.tenantId).get(`/v1/webhooks/${webhook.id}/messages/${message?.id}`)).body
  assert.deepEqual([detail.attemptList.length, detail.payload], [2, receiver.calls[0]?.body])
})

test('all that failed since a time is sent again, and nothing else', async () => {
  let status = 500
  await using receiver = await openReceiver(() => ({ status }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId, 3)
  await giveUp(webhook)
  const failed = (await messagesOf(stage, webhook)).map(({ id }) => id)
  status = 200
  await settle(stage, webhook.tenantId)
  await allEnded(webhook, 4)
  const before = receiver.calls.length
  const replay = `/v1/webhooks/${webhook.id}/replay`
  const none = await api(webhook.tenantId).post(replay, { since: '2099-01-01T00:00:00Z' })
  assert.deepEqual(none.body, { replayed: 0, more: false })
  const reply = await api(webhook.tenantId).post(replay, { since: long })
  assert.deepEqual([reply.status, reply.body], [200, { replayed: 3, more: false }])
  const rows = await eventually(
    () => messagesOf(stage, webhook),
    (all) => all.every(({ state }) => state === 'delivered'),
  )
  assert.equal(rows.length, 4)
  assert.deepEqual(new Set(receiver.ids().slice(before)), new Set(failed))
})

test('nothing is replayed to a webhook that is switched off, or that is not there', async () => {
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  const [message] = await allEnded(webhook, 1)
  const owner = api(webhook.tenantId)
  const path = `/v1/webhooks/${webhook.id}`
  const unknown = '00000000-0000-7000-8000-000000000000'
  const missing = await owner.post(`${path}/messages/${unknown}/replay`)
  assert.deepEqual([missing.status, missing.body.code], [404, 'delivery.webhook_message_missing'])
  await owner.patch(path, { state: 'disabled' })
  for (const reply of [
    await owner.post(`${path}/replay`, { since: long }),
    await owner.post(`${path}/messages/${message?.id}/replay`),
  ]) {
    assert.deepEqual([reply.status, reply.body.code], [409, 'delivery.webhook_disabled'])
  }
  assert.equal(receiver.calls.length, 1)
})

test('the sweep removes messages past their time with their calls, and all of a webhook that is gone', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  const kept = await buildWebhook(stage, receiver.url, { tenantId })
  const gone = await buildWebhook(stage, receiver.url, { tenantId })
  await settle(stage, tenantId, 3)
  await allEnded(kept, 3)
  await allEnded(gone, 3)
  await api(tenantId).delete(`/v1/webhooks/${gone.id}`)
  await sweepNow()
  assert.deepEqual(await countsOf(tenantId), { webhooks: 1, messages: 3, attempts: 3 })

  stage.app.clock.advance(31 * 24 * 3_600_000)
  await sweepNow()
  assert.deepEqual(await countsOf(tenantId), { webhooks: 1, messages: 0, attempts: 0 })
})

async function sweepNow(): Promise<void> {
  await stage.app.get(Jobs).enqueue(SweepWebhooks, {})
  await stage.app.get(Jobs).drain()
}

async function countsOf(tenantId: string) {
  return stage.app.db.withTenant(tenantId, async (trx) => {
    const { rows } = await sql`
      select (select count(*)::int from delivery.webhook) as webhooks,
        (select count(*)::int from delivery.webhook_message) as messages,
        (select count(*)::int from delivery.webhook_attempt) as attempts`.execute(trx)
    return rows[0]
  })
}

function idsOf({ rows }: { rows: { id: string }[] }): string[] {
  return rows.map(({ id }) => id)
}
