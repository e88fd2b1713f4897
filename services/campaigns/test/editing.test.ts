import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Campaigns } from '@fanfare/campaigns/contract'
import { bootCampaigns, brief, buildApproved, buildCampaign, buildSending, type World } from './factories.ts'

let world: World
before(async () => {
  world = await bootCampaigns()
})
after(() => world.app.stop())

test('a campaign begins as an empty draft and is read back', async () => {
  const api = world.app.as({ tenantId: world.app.tenant(), role: 'editor' })
  const made = await api.post('/v1/campaigns', { name: ' Spring ', brief })
  assert.equal(made.status, 201)
  const { name, state, variants, accounting, approvedAt } = made.body
  assert.deepEqual(
    { name, state, variants, accounting, approvedAt },
    { name: 'Spring', state: 'draft', variants: [], accounting: null, approvedAt: null },
  )
  assert.equal(made.body.brief.goal, brief.goal)
  assert.deepEqual((await api.get(`/v1/campaigns/${made.body.id}`)).body, made.body)
})

test('only what is named changes', async () => {
  const { api, path } = await buildCampaign(world)
  const before = (await api.get(path)).body
  const changed = await api.patch(path, { name: 'Summer' })
  assert.equal(changed.status, 200)
  const { name, audience, variants, holdoutPercent } = changed.body
  assert.deepEqual(
    { name, audience, variants, holdoutPercent },
    { name: 'Summer', audience: before.audience, variants: before.variants, holdoutPercent: 0 },
  )
  assert.deepEqual((await api.patch(path, { audience: null })).body.audience, null)
})

test('a change of an approved campaign makes it a draft without an approval', async () => {
  const { api, path } = await buildApproved(world)
  const approved = (await api.get(path)).body
  assert.equal(approved.state, 'approved')
  const changed = (await api.patch(path, { holdoutPercent: 10 })).body
  assert.deepEqual(
    { state: changed.state, approvedAt: changed.approvedAt, approvedBy: changed.approvedBy },
    { state: 'draft', approvedAt: null, approvedBy: null },
  )
  assert.notEqual(changed.fingerprint, approved.fingerprint)
})

test('what is being sent can be neither changed nor deleted', async () => {
  const { api, path } = await buildSending(world)
  for (const reply of [await api.patch(path, { name: 'No' }), await api.delete(path)]) {
    assert.equal(reply.status, 409)
    assert.equal(reply.body.code, 'campaigns.state_wrong')
    assert.equal(reply.body.detail.state, 'sending')
  }
})

test('a draft may name only what its workspace has', async () => {
  const { api, path } = await buildCampaign(world)
  const stranger = await buildCampaign(world)
  const before = (await api.get(path)).body
  const foreign = [
    [{ senderId: randomUUID() }, 422],
    [{ audience: { kind: 'list', listId: stranger.listId } }, 404],
    [{ variants: [{ label: 'A', emailId: stranger.emailIds[0], share: 100 }] }, 404],
  ] as const
  for (const [change, status] of foreign) assert.equal((await api.patch(path, change)).status, status)
  assert.deepEqual((await api.get(path)).body, before)
})

test('a wrong field is refused by name', async () => {
  const { api, path } = await buildCampaign(world)
  const reply = await api.patch(path, { holdoutPercent: 51 })
  assert.equal(reply.status, 400)
  assert.equal(reply.body.violations[0].path, '/body/holdoutPercent')
  assert.equal((await api.post('/v1/campaigns', { name: ' ' })).status, 400)
  assert.equal((await api.get('/v1/campaigns/not-an-id')).status, 400)
})

test('a deleted draft is gone', async () => {
  const { api, path } = await buildCampaign(world)
  assert.equal((await api.delete(path)).status, 204)
  assert.equal((await api.get(path)).status, 404)
  assert.equal((await api.delete(path)).status, 404)
})

test('campaigns are listed newest first, page by page, and by state', async () => {
  const tenantId = world.app.tenant()
  const api = world.app.as({ tenantId, role: 'owner' })
  const made: string[] = []
  for (const name of ['one', 'two', 'three']) made.unshift((await api.post('/v1/campaigns', { name })).body.id)
  await api.post(`/v1/campaigns/${made[0]}/cancel`)

  const first = (await api.get('/v1/campaigns?limit=2')).body
  const second = (await api.get(`/v1/campaigns?limit=2&cursor=${first.nextCursor}`)).body

  const idsOf = ({ rows }: { rows: { id: string }[] }) => rows.map(({ id }) => id)
  assert.deepEqual([...idsOf(first), ...idsOf(second)], made)
  assert.equal(second.nextCursor, null)
  assert.deepEqual(idsOf((await api.get('/v1/campaigns?state=cancelled')).body), made.slice(0, 1))
  assert.equal((await api.get('/v1/campaigns?state=nonsense')).status, 400)
  const forged = Buffer.from('["0000-01-01T00:00:00Z", 1e99]').toString('base64url')
  for (const cursor of ['nonsense', forged]) {
    assert.equal((await api.get(`/v1/campaigns?cursor=${cursor}`)).body.rows.length, 3)
  }
})

test('a viewer reads and does not write, an editor does not send, and nobody does anything without a credential', async () => {
  const { tenantId, path } = await buildCampaign(world)
  const viewer = world.app.as({ tenantId, role: 'viewer' })
  const editor = world.app.as({ tenantId, role: 'editor' })
  assert.equal((await viewer.get(path)).status, 200)
  assert.equal((await viewer.patch(path, { name: 'No' })).status, 403)
  assert.equal((await viewer.post('/v1/campaigns', { name: 'No' })).status, 403)
  assert.equal((await viewer.delete(path)).status, 403)
  for (const step of ['send', 'pause', 'resume', 'cancel', 'unschedule']) {
    assert.equal((await editor.post(`${path}/${step}`)).status, 403, step)
  }
  assert.equal((await editor.post(`${path}/approve`, { fingerprint: '' })).status, 403)
  assert.equal((await world.app.anonymous.get(path)).status, 401)
})

test("another workspace's campaign is missing on every route", async () => {
  const { path, campaignId } = await buildApproved(world)
  const stranger = world.app.as({ tenantId: world.app.tenant(), role: 'owner' })
  const calls: [string, string, unknown?][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', ''],
    ['GET', '/readiness'],
    ['POST', '/draft', { brief }],
    ['POST', '/accept-draft', { runId: randomUUID(), variants: [{ label: 'A', subject: 'S', body: 'B' }] }],
    ['POST', '/test-send', { to: 'a@example.com', variantId: randomUUID() }],
    ['POST', '/approve', { fingerprint: '' }],
    ['POST', '/schedule', { at: new Date(Date.now() + 60_000).toISOString() }],
    ...['send', 'unschedule', 'pause', 'resume', 'cancel'].map((step): [string, string] => ['POST', `/${step}`]),
  ]
  for (const [method, suffix, body] of calls) {
    const foreign = await stranger.request(method, path + suffix, body)
    const unknown = await stranger.request(method, `/v1/campaigns/${randomUUID()}${suffix}`, body)
    assert.equal(foreign.status, 404, `${method} ${suffix}`)
    assert.equal(foreign.body.code, unknown.body.code)
  }
  assert.deepEqual((await stranger.get('/v1/campaigns')).body.rows, [])
  const own = world.app.get(Campaigns)
  await assert.rejects(own.getCampaign({ tenantId: world.app.tenant(), campaignId }), {
    code: 'campaigns.campaign_missing',
  })
  assert.deepEqual(await own.nameCampaigns({ tenantId: world.app.tenant(), campaignIds: [campaignId] }), [])
})

test('the contract names campaigns and leaves unknown ones out', async () => {
  const { tenantId, campaignId } = await buildCampaign(world)
  const own = world.app.get(Campaigns)
  assert.deepEqual(await own.nameCampaigns({ tenantId, campaignIds: [campaignId, randomUUID()] }), [
    { campaignId, name: 'Spring' },
  ])
  assert.deepEqual(await own.nameCampaigns({ tenantId, campaignIds: [] }), [])
  assert.deepEqual(
    (await own.listCampaigns({ tenantId })).map(({ id }) => id),
    [campaignId],
  )
})
