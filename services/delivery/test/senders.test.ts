import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { DeliveryTables } from '../src/store/tables.ts'
import { buildSender } from './factories.ts'
import { openSink } from './sink.ts'
import { buildCampaign, openStage, type Stage } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

const smtp = { host: 'mail.sender.example', port: 587, tls: 'required', username: 'ada' } as const

test('CVE-2021-3142: a sender is added, listed, changed and removed; its password never comes back', async () => {
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const password = 'correct horse'
  const made = await api.post('/v1/senders', buildSender({ kind: 'smtp', smtp, password }))
  assert.deepEqual([made.status, made.body.hasPassword], [201, true])
  const changed = await api.put(`/v1/senders/${made.body.id}`, buildSender({ name: 'New name', kind: 'smtp', smtp }))
  assert.deepEqual([changed.status, changed.body.name, changed.body.hasPassword], [200, 'New name', true])
  const listed = await api.get('/v1/senders')
  assert.deepEqual(listed.body.rows, [changed.body])
  for (const reply of [made, changed, listed]) assert.doesNotMatch(reply.text, /correct horse|v1\./)
  assert.equal((await api.delete(`/v1/senders/${made.body.id}`)).status, 204)
  assert.deepEqual((await api.get('/v1/senders')).body.rows, [])
})

test('a password is sealed in the table, and is not handed to another server', async () => {
  const tenantId = stage.app.tenant()
  const api = stage.app.as({ tenantId, role: 'owner' })
  const made = await api.post('/v1/senders', buildSender({ kind: 'smtp', smtp, password: 'correct horse' }))
  const stored = await stage.app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) => trx.selectFrom('delivery.sender').select('password').executeTakeFirstOrThrow())
  assert.match(stored.password ?? '', /^v1\./)
  const moved = await api.put(
    `/v1/senders/${made.body.id}`,
    buildSender({ kind: 'smtp', smtp: { ...smtp, host: 'evil.example' } }),
  )
  assert.equal(moved.body.hasPassword, false)
})

test('GHSA-vvjj-xcjg-gr5g: line breaks, controls and impossible addresses are refused at the door', async () => {
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const hostile = ['\r\nBcc: a@b.example', '\n', '\0', '\v', '\x7f', '\u0085', '\u2028', '\u2029'].map(
    (text) => `a${text}b`,
  )
  for (const text of hostile) {
    for (const field of ['name', 'fromName', 'fromEmail', 'replyTo'] as const) {
      const reply = await api.post('/v1/senders', buildSender({ [field]: text }))
      assert.equal(reply.status, 400, `${field} ${JSON.stringify(text)}`)
    }
    assert.equal(
      (await api.post('/v1/senders', buildSender({ kind: 'smtp', smtp: { ...smtp, host: text } }))).status,
      400,
    )
  }
})

test('a sender without a server, or with a password in plain text across the network, is refused', async () => {
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  assert.equal((await api.post('/v1/senders', buildSender({ kind: 'smtp' }))).body.code, 'delivery.sender_incomplete')
  const plain = await api.post('/v1/senders', buildSender({ kind: 'smtp', smtp: { ...smtp, tls: 'none' } }))
  assert.equal(plain.body.code, 'delivery.plain_auth')
})

test('two senders of a workspace cannot have one name, and a used one cannot go', async () => {
  const campaign = await buildCampaign(stage, { sender: { name: 'Weekly' } })
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  assert.equal((await api.post('/v1/senders', buildSender({ name: 'weekly' }))).body.code, 'delivery.sender_name_taken')
  const [sender] = (await api.get('/v1/senders')).body.rows
  assert.equal((await api.delete(`/v1/senders/${sender.id}`)).body.code, 'delivery.sender_in_use')
})

test('a check says whether the server answers; the sandbox needs no records', async () => {
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const sandbox = await api.post('/v1/senders', buildSender())
  const { checks } = (await api.post(`/v1/senders/${sandbox.body.id}/check`)).body
  assert.deepEqual(
    checks.map((check: { name: string; state: string }) => `${check.name} ${check.state}`),
    [
      'connection pass',
      'spf skipped',
      'dkim skipped',
      'dmarc skipped',
      'ptr skipped',
      'return_path skipped',
      'unsubscribe skipped',
      'from skipped',
      'tracking skipped',
    ],
  )
  await using sink = await openSink((at) => (at === 'connect' ? '554 5.3.2 go away' : undefined))
  const server = { host: '127.0.0.1', port: sink.port, tls: 'none' } as const
  const refusing = await api.post(
    '/v1/senders',
    buildSender({ kind: 'smtp', smtp: server, fromEmail: 'a@sender.invalid' }),
  )
  const [connection] = (await api.post(`/v1/senders/${refusing.body.id}/check`)).body.checks
  assert.equal(connection.state, 'fail')
  assert.match(connection.text, /554 5\.3\.2 go away/)
})

test('where private servers are not allowed, one is refused before a connection is tried', async () => {
  await using strict = await openStage({ allowPrivateSmtp: 'false' })
  await using sink = await openSink()
  const api = strict.app.as({ tenantId: strict.app.tenant(), role: 'owner' })
  const server = { host: '127.0.0.1', port: sink.port, tls: 'none' } as const
  const sender = await api.post('/v1/senders', buildSender({ kind: 'smtp', smtp: server }))
  const [connection] = (await api.post(`/v1/senders/${sender.body.id}/check`)).body.checks
  assert.deepEqual([connection.state, sink.connections()], ['fail', 0])
  assert.match(connection.text, /private address 127\.0\.0\.1/)
})

test('routes ask for a credential and a permission, and another workspace finds nothing', async () => {
  const campaign = await buildCampaign(stage)
  const owner = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  const viewer = stage.app.as({ tenantId: campaign.tenantId, role: 'viewer' })
  const stranger = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const [sender] = (await owner.get('/v1/senders')).body.rows
  assert.equal((await stage.app.anonymous.get('/v1/senders')).status, 401)
  assert.equal((await viewer.post('/v1/senders', buildSender())).status, 403)
  assert.equal((await viewer.delete(`/v1/senders/${sender.id}`)).status, 403)
  assert.deepEqual((await stranger.get('/v1/senders')).body.rows, [])
  for (const id of [sender.id, randomUUID()]) {
    assert.equal((await stranger.put(`/v1/senders/${id}`, buildSender())).status, 404)
    assert.equal((await stranger.post(`/v1/senders/${id}/check`)).status, 404)
    assert.equal((await stranger.delete(`/v1/senders/${id}`)).status, 404)
  }
  assert.equal((await stranger.get(`/v1/campaigns/${campaign.campaignId}/accounting`)).status, 404)
  assert.deepEqual((await stranger.get(`/v1/campaigns/${campaign.campaignId}/deliveries`)).body.rows, [])
  assert.deepEqual(
    await stage.engine.listAccounting({ tenantId: stage.app.tenant(), campaignIds: [campaign.campaignId] }),
    [],
  )
})
