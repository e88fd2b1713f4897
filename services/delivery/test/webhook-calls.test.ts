import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Events } from '@fanfare/kernel'
import { Webhook as Verifier } from 'standardwebhooks'
import { openReceiver, type ReceivedCall } from './receiver.ts'
import { eventually, type Stage } from './stage.ts'
import {
  type BuiltWebhook,
  buildWebhook,
  elapse,
  messagesOf,
  openWebhookStage,
  settle,
  webhookOf,
} from './webhook-stage.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]

let stage: Stage
before(async () => {
  stage = await openWebhookStage()
})
after(() => stage[Symbol.asyncDispose]())

function verify(secret: string, { body, headers }: ReceivedCall) {
  return new Verifier(secret).verify(body, headers as Record<string, string>)
}
const api = (tenantId: string) => stage.app.as({ tenantId, role: 'owner' })
/** Waits until every message of a webhook is written as tried so often, or ended. */
const tried = (webhook: BuiltWebhook, attempts: number) =>
  eventually(
    () => messagesOf(stage, webhook),
    (rows) => rows.length > 0 && rows.every((row) => row.attempts >= attempts && row.state !== 'sending'),
  )

test('a call is signed so that the library of Standard Webhooks takes it, and no other secret or body does', async () => {
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  const [messageId] = await settle(stage, webhook.tenantId)
  await tried(webhook, 1)
  const [call] = receiver.calls as [ReceivedCall]
  assert.equal(receiver.calls.length, 1)
  assert.equal(call.headers['content-type'], 'application/json')
  const event = verify(webhook.secret, call) as { type: string; workspaceId: string; data: { messageId: string } }
  assert.equal(event.type, 'message.accepted')
  assert.equal(event.workspaceId, webhook.tenantId)
  assert.equal(event.data.messageId, messageId)
  const other = await buildWebhook(stage, receiver.url)
  assert.throws(() => verify(other.secret, call))
  assert.throws(() => verify(webhook.secret, { ...call, body: `${call.body} ` }))
  assert.throws(() => verify(webhook.secret, { ...call, headers: { ...call.headers, 'webhook-id': 'msg_other' } }))
})

test('the example of the documentation takes a call, and refuses one that is forged or old', async () => {
  const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
  const code = page.match(/```js\n(.*?)```/s)?.[1] ?? ''
  const example = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  await tried(webhook, 1)
  const { headers, body } = receiver.calls[0] as ReceivedCall
  assert.equal(example.verify(webhook.secret, headers, body).type, 'message.accepted')
  assert.throws(() => example.verify(webhook.secret, headers, `${body} `), /not signed/)
  const old = String(Number(headers['webhook-timestamp']) - 301)
  assert.throws(() => example.verify(webhook.secret, { ...headers, 'webhook-timestamp': old }, body), /too old/)
  const { 'webhook-timestamp': _, ...timeless } = headers
  assert.throws(() => example.verify(webhook.secret, timeless, body), /too old/)
})

test('after a rotation both secrets verify until the old one is over', async () => {
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  const rotated = await api(webhook.tenantId).post(`/v1/webhooks/${webhook.id}/rotate-secret`, { overlapHours: 24 })
  assert.equal(rotated.status, 200)
  assert.notEqual(rotated.body.secret, webhook.secret)
  assert.ok(new Date(rotated.body.previousSecretUntil) > new Date())
  await settle(stage, webhook.tenantId)
  await tried(webhook, 1)
  verify(webhook.secret, receiver.calls[0] as ReceivedCall)
  verify(rotated.body.secret, receiver.calls[0] as ReceivedCall)

  await elapse(stage, webhook.tenantId, 24 * hour)
  await settle(stage, webhook.tenantId)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 2,
  )
  verify(rotated.body.secret, receiver.calls[1] as ReceivedCall)
  assert.throws(() => verify(webhook.secret, receiver.calls[1] as ReceivedCall))
  assert.equal((await webhookOf(stage, webhook)).previousSecretUntil, null)
})

test('a message that fails is tried ten times in all, at the waits of the schedule and with the same id, and then has failed', async () => {
  await using receiver = await openReceiver(() => ({ status: 500, body: 'broken' }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  const waits = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]
  for (const [index, wait] of waits.entries()) {
    const [message] = await tried(webhook, index + 1)
    const left = new Date(message?.nextAt ?? '').getTime() - Date.now()
    assert.equal(message?.state, 'pending')
    assert.ok(left > wait - 5 * second && left <= wait * 1.1, `${left} ms before try ${index + 2}`)
    await elapse(stage, webhook.tenantId, wait * 1.1)
  }
  const [message] = await tried(webhook, 10)
  assert.deepEqual([message?.state, message?.attempts, message?.lastStatus], ['failed', 10, 500])
  assert.equal(message?.nextAt, null)
  assert.equal(receiver.calls.length, 10)
  assert.deepEqual(new Set(receiver.ids()), new Set([message?.id]))
})

test('one that recovers gets what it missed, and its failures are forgotten', async () => {
  await using receiver = await openReceiver((_call, number) => ({ status: number === 1 ? 503 : 204 }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  await tried(webhook, 1)
  assert.notEqual((await webhookOf(stage, webhook)).failingSince, null)
  await elapse(stage, webhook.tenantId, 20 * second)
  const [message] = await tried(webhook, 2)
  assert.deepEqual([message?.state, message?.lastStatus], ['delivered', 204])
  assert.equal((await webhookOf(stage, webhook)).failingSince, null)
})

test('Retry-After holds the webhook back for as long as it asks', async () => {
  await using receiver = await openReceiver(() => ({ status: 429, headers: { 'retry-after': '120' } }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  const [message] = await tried(webhook, 1)
  const away = (at: string | undefined) => (new Date(at ?? '').getTime() - Date.now()) / second
  const { restsUntil } = await webhookOf(stage, webhook)
  assert.ok(away(restsUntil) > 110 && away(restsUntil) <= 120)
  assert.ok(away(message?.nextAt) > 110)
  await settle(stage, webhook.tenantId)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  assert.equal(receiver.calls.length, 1)
})

test('410 switches the webhook off at once, and somebody is told', async () => {
  await using receiver = await openReceiver(() => ({ status: 410 }))
  const webhook = await buildWebhook(stage, receiver.url)
  await using watcher = await stage.app.watch(webhook.tenantId, ['webhooks'])
  await settle(stage, webhook.tenantId)
  const row = await eventually(
    () => webhookOf(stage, webhook),
    ({ state }) => state === 'disabled',
  )
  assert.match(row.disabledReason, /410/)
  const told = await watcher.next()
  assert.deepEqual([told.message.type, told.message.webhookId], ['disabled', webhook.id])
  await settle(stage, webhook.tenantId)
  await stage.app.get(Events).drain()
  assert.equal(receiver.calls.length, 1)
})

test('five days of nothing but failures switch it off; switched on again, it is called again', async () => {
  let status = 500
  await using receiver = await openReceiver(() => ({ status }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  await tried(webhook, 1)
  assert.equal((await webhookOf(stage, webhook)).state, 'active')
  await elapse(stage, webhook.tenantId, 121 * hour)
  await tried(webhook, 2)
  const off = await webhookOf(stage, webhook)
  assert.deepEqual([off.state, off.disabledReason], ['disabled', 'Every call failed for 5 days'])
  await elapse(stage, webhook.tenantId, 24 * hour)
  status = 200
  const on = await api(webhook.tenantId).patch(`/v1/webhooks/${webhook.id}`, { state: 'active' })
  assert.deepEqual([on.body.state, on.body.disabledReason, on.body.failingSince], ['active', null, null])
  const [message] = await tried(webhook, 3)
  assert.equal(message?.state, 'delivered')
})

test('after five failures in a row it is left alone and then tried with one message', async () => {
  await using receiver = await openReceiver(() => ({ status: 500 }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId, 40)
  await eventually(
    () => webhookOf(stage, webhook),
    ({ restsUntil }) => restsUntil !== null,
  )
  // A call that was on the wire by then lengthens the rest once more when it has failed.
  const attempts = async () => (await api(webhook.tenantId).get(`/v1/webhooks/${webhook.id}/attempts`)).body.rows.length
  await eventually(attempts, (written) => written === receiver.calls.length)
  const first = receiver.calls.length
  assert.ok(first >= 5 && first <= 5 + 8, `${first} calls`)
  await elapse(stage, webhook.tenantId, 31 * second)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls > first,
  )
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  assert.equal(receiver.calls.length, first + 1)
})

test('a redirect is a failure and is not followed', async () => {
  await using elsewhere = await openReceiver()
  await using receiver = await openReceiver(() => ({ status: 307, headers: { location: elsewhere.url } }))
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId)
  const [message] = await tried(webhook, 1)
  assert.deepEqual([message?.state, message?.lastStatus], ['pending', 307])
  assert.equal(elsewhere.calls.length, 0)
})

test('silence ends with the timeout, and of an endless answer only the start is read and kept', async () => {
  await using silent = await openReceiver(() => 'hang')
  await using endless = await openReceiver(() => 'drip')
  const tenantId = stage.app.tenant()
  const [a, b] = [
    await buildWebhook(stage, silent.url, { tenantId }),
    await buildWebhook(stage, endless.url, { tenantId }),
  ]
  await settle(stage, tenantId)
  await Promise.all([tried(a, 1), tried(b, 1)])
  const attemptOf = async ({ id }: BuiltWebhook) =>
    (await api(tenantId).get(`/v1/webhooks/${id}/attempts`)).body.rows[0]
  const [quiet, long] = [await attemptOf(a), await attemptOf(b)]
  assert.equal(quiet.status, null)
  assert.match(quiet.error, /1000 ms/)
  assert.ok(quiet.durationMs >= 900)
  assert.deepEqual([long.status, long.response.length], [500, 4_096])
  assert.ok(long.durationMs < 900, `${long.durationMs} ms`)
})

test('one that hangs holds back no other, of the same workspace or another', async () => {
  await using slow = await openReceiver(() => 'hang')
  await using quick = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, slow.url, { tenantId })
  await buildWebhook(stage, quick.url, { tenantId })
  const neighbour = await buildWebhook(stage, quick.url)
  const began = performance.now()
  await settle(stage, tenantId, 100)
  await settle(stage, neighbour.tenantId, 100)
  await eventually(
    () => quick.calls.length,
    (calls) => calls === 200,
  )
  assert.ok(slow.calls.length > 0)
  assert.ok(slow.atOnce() <= 8)
  assert.equal(new Set(quick.ids()).size, 200)
  assert.ok(performance.now() - began < 10_000)
})

test('a workspace with more dead webhooks than there are places leaves places to the others', async () => {
  await using busy = await openWebhookStage({ webhookEndpoints: 5, webhookTimeoutMs: 30_000 })
  await using dead = await openReceiver(() => 'hang')
  await using quick = await openReceiver()
  const tenantId = busy.app.tenant()
  for (let made = 0; made < 8; made++) await buildWebhook(busy, dead.url, { tenantId })
  await settle(busy, tenantId, 20)
  await eventually(
    () => dead.calls.length,
    (calls) => calls > 0,
  )
  const neighbour = await buildWebhook(busy, quick.url)
  await settle(busy, neighbour.tenantId, 20)
  await eventually(
    () => quick.calls.length,
    (calls) => calls === 20,
    5_000,
  )
  assert.ok(dead.atOnce() <= 8, 'one of the five places, with eight calls')
})
