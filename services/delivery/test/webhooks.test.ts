import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openReceiver } from './receiver.ts'
import type { Stage } from './stage.ts'
import { buildWebhook, openWebhookStage, settle } from './webhook-stage.ts'

let stage: Stage
before(async () => {
  stage = await openWebhookStage()
})
after(() => stage[Symbol.asyncDispose]())

const as = (tenantId: string, role: 'owner' | 'admin' | 'editor' | 'viewer' = 'owner') =>
  stage.app.as({ tenantId, role })
const fresh = { url: 'https://hooks.example.com/fanfare?key=s3cret', types: ['message.bounced', 'message.failed'] }

test('a new webhook shows its secret once and never again', async () => {
  const tenantId = stage.app.tenant()
  const made = await as(tenantId).post('/v1/webhooks', { ...fresh, description: ' For the shop ' })
  assert.equal(made.status, 201)
  assert.match(made.body.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const { secret, ...rest } = made.body
  assert.deepEqual([rest.description, rest.types, rest.state], ['For the shop', fresh.types, 'active'])
  const [one, all] = [await as(tenantId).get(`/v1/webhooks/${rest.id}`), await as(tenantId).get('/v1/webhooks')]
  assert.deepEqual(one.body, rest)
  assert.deepEqual(all.body.rows, [rest])
  const stored = await stage.app.db.withTenant(tenantId, (trx) =>
    trx.selectFrom('delivery.webhook').selectAll().execute(),
  )
  assert.ok(!JSON.stringify(stored).includes(secret.slice(6, 40)), 'the secret is stored sealed')
})

test('who may not change webhooks sees them, but neither a path nor an answer that could hold a secret', async () => {
  await using receiver = await openReceiver(() => ({ status: 500, body: 'inner detail' }))
  const { tenantId, id } = await buildWebhook(stage, `${receiver.url}s3cret`)
  const tested = await as(tenantId).post(`/v1/webhooks/${id}/test`)
  assert.equal(tested.body.response, 'inner detail')
  const viewer = as(tenantId, 'viewer')
  const seen = await viewer.get(`/v1/webhooks/${id}`)
  assert.deepEqual([seen.status, `${seen.body.url}/`], [200, receiver.url])
  const message = await viewer.get(`/v1/webhooks/${id}/messages/${tested.body.messageId}`)
  assert.deepEqual([message.body.attemptList[0].status, message.body.attemptList[0].response], [500, null])
  assert.equal((await viewer.get(`/v1/webhooks/${id}/attempts`)).body.rows[0].response, null)
  const owned = await as(tenantId).get(`/v1/webhooks/${id}/attempts`)
  assert.equal(owned.body.rows[0].response, 'inner detail')
})

test('only owners and admins change webhooks; nobody without a credential sees any', async () => {
  const { tenantId, id } = await buildWebhook(stage, fresh.url)
  const changes = [
    ['POST', '/v1/webhooks', fresh],
    ['PATCH', `/v1/webhooks/${id}`, { state: 'disabled' }],
    ['DELETE', `/v1/webhooks/${id}`, undefined],
    ['POST', `/v1/webhooks/${id}/rotate-secret`, {}],
    ['POST', `/v1/webhooks/${id}/test`, undefined],
    ['POST', `/v1/webhooks/${id}/replay`, { since: '2026-01-01T00:00:00Z' }],
    ['POST', `/v1/webhooks/${id}/messages/${randomUUID()}/replay`, undefined],
  ] as const
  for (const [method, path, body] of changes) {
    assert.equal((await as(tenantId, 'editor').request(method, path, body)).status, 403, `${method} ${path}`)
    assert.equal((await stage.app.anonymous.request(method, path, body)).status, 401, `${method} ${path}`)
  }
  assert.equal((await as(tenantId, 'admin').patch(`/v1/webhooks/${id}`, { description: 'By an admin' })).status, 200)
  assert.equal((await stage.app.anonymous.get('/v1/webhooks')).status, 401)
})

test('of another workspace nothing can be seen, changed, tried or replayed', async () => {
  const { id, tenantId } = await buildWebhook(stage, fresh.url)
  const stranger = as(stage.app.tenant())
  const calls = [
    ['GET', `/v1/webhooks/${id}`, undefined],
    ['PATCH', `/v1/webhooks/${id}`, { state: 'disabled' }],
    ['DELETE', `/v1/webhooks/${id}`, undefined],
    ['POST', `/v1/webhooks/${id}/rotate-secret`, {}],
    ['POST', `/v1/webhooks/${id}/test`, undefined],
    ['GET', `/v1/webhooks/${id}/messages`, undefined],
    ['GET', `/v1/webhooks/${id}/attempts`, undefined],
    ['POST', `/v1/webhooks/${id}/replay`, { since: '2026-01-01T00:00:00Z' }],
  ] as const
  for (const [method, path, body] of calls) {
    const reply = await stranger.request(method, path, body)
    assert.deepEqual([reply.status, reply.body.code], [404, 'delivery.webhook_missing'], `${method} ${path}`)
  }
  assert.deepEqual((await stranger.get('/v1/webhooks')).body.rows, [])
  assert.equal((await as(tenantId).get(`/v1/webhooks/${id}`)).body.state, 'active')
})

test('what another workspace sends is told to no webhook but its own', async () => {
  await using receiver = await openReceiver()
  const mine = await buildWebhook(stage, receiver.url)
  await settle(stage, stage.app.tenant(), 5)
  const [messageId] = await settle(stage, mine.tenantId)
  await waitFor(() => receiver.calls.length > 0)
  assert.deepEqual(
    receiver.calls.map(({ body }) => JSON.parse(body).data.messageId),
    [messageId],
  )
})

test('an address or a type that cannot be is refused with what to do', async () => {
  const api = as(stage.app.tenant())
  const cases: [unknown, RegExp][] = [
    [{ ...fresh, url: 'ftp://hooks.example.com/' }, /https/],
    [{ ...fresh, url: 'hooks.example.com' }, /https/],
    [{ ...fresh, types: [] }, /types/],
    [{ ...fresh, types: ['message.read'] }, /types/],
  ]
  for (const [body, reason] of cases) {
    const reply = await api.post('/v1/webhooks', body)
    assert.equal(reply.status, 400, JSON.stringify(body))
    assert.match(reply.text, reason)
  }
  const secretInUrl = await api.post('/v1/webhooks', { ...fresh, url: 'https://user:pass@hooks.example.com/' })
  assert.deepEqual([secretInUrl.status, secretInUrl.body.code], [422, 'delivery.webhook_refused'])
  assert.match(secretInUrl.body.title, /user name or password/)
  assert.doesNotMatch(secretInUrl.text, /user:pass/)
})

test('a webhook that is switched off or removed is not told, and one removed is gone', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  const off = await buildWebhook(stage, `${receiver.url}off`, { tenantId })
  const gone = await buildWebhook(stage, `${receiver.url}gone`, { tenantId })
  await buildWebhook(stage, `${receiver.url}on`, { tenantId })
  const api = as(tenantId)
  const disabled = await api.patch(`/v1/webhooks/${off.id}`, { state: 'disabled' })
  assert.deepEqual([disabled.body.state, disabled.body.disabledReason], ['disabled', 'Switched off by a person'])
  assert.equal((await api.delete(`/v1/webhooks/${gone.id}`)).status, 204)
  assert.equal((await api.get(`/v1/webhooks/${gone.id}`)).status, 404)
  await settle(stage, tenantId)
  await waitFor(() => receiver.calls.length > 0)
  assert.deepEqual(
    receiver.calls.map(({ path }) => path),
    ['/on'],
  )
})

test('a workspace has at most 50 webhooks, also when they are added at once', async () => {
  const tenantId = stage.app.tenant()
  const replies = await Promise.all(Array.from({ length: 60 }, () => as(tenantId).post('/v1/webhooks', fresh)))
  const refused = replies.filter(({ status }) => status !== 201)
  assert.equal(refused.length, 10)
  for (const { status, body } of refused) assert.deepEqual([status, body.code], [409, 'delivery.webhook_limit'])
  assert.equal((await as(tenantId).get('/v1/webhooks')).body.rows.length, 50)
})

test('a test event is sent at once, signed, and its outcome shown; also where the webhook is switched off', async () => {
  await using receiver = await openReceiver(() => ({ status: 418, body: 'teapot\0' }))
  const { tenantId, id } = await buildWebhook(stage, receiver.url)
  await as(tenantId).patch(`/v1/webhooks/${id}`, { state: 'disabled' })
  const reply = await as(tenantId).post(`/v1/webhooks/${id}/test`)
  assert.deepEqual([reply.body.delivered, reply.body.status, reply.body.response], [false, 418, 'teapot'])
  const [call] = receiver.calls
  assert.deepEqual(JSON.parse(call?.body ?? '').data, { webhookId: id })
  assert.equal(call?.headers['webhook-id'], reply.body.messageId)
  assert.equal((await as(tenantId).get(`/v1/webhooks/${id}`)).body.failingSince, null)
})

test('every type can be looked up with an example', async () => {
  const tenantId = stage.app.tenant()
  const { rows } = (await as(tenantId).get('/v1/webhook-events')).body
  const types = rows.map(({ type }: { type: string }) => type)
  for (const type of [
    'message.accepted',
    'message.failed',
    'message.bounced',
    'message.clicked',
    'campaign.finished',
  ]) {
    assert.ok(types.includes(type), type)
  }
  const bounced = rows.find(({ type }: { type: string }) => type === 'message.bounced')
  assert.deepEqual([bounced.example.workspaceId, bounced.example.data.hard], [tenantId, true])
})

async function waitFor(holds: () => boolean): Promise<void> {
  const until = performance.now() + 10_000
  while (!holds() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  // Whatever should not come as well has had its chance.
  await new Promise((resolve) => setTimeout(resolve, 300))
}
