import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertExact } from './office.ts'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, openStage, type Stage, senderTo, sendOut } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

test('unknown deliveries are resolved once, in sets, with who decided, and the accounting stays exact', async () => {
  let drops = 9
  await using sink = await openSink((stageName) => (stageName === 'content' && drops-- > 0 ? 'drop' : undefined))
  const campaign = await buildCampaign(stage, { count: 12, sender: senderTo(sink.port) })
  const before = await sendOut(stage, campaign)
  assert.equal(before.unknown, 9)
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  const { rows } = (await api.get(`/v1/campaigns/${campaign.campaignId}/deliveries?state=unknown&limit=100`)).body
  const ids = rows.map(({ id }: { id: string }) => id)
  const resolve = async (deliveries: unknown, as: string) => {
    const reply = await api.post('/v1/deliveries/resolve', { deliveries, as, note: 'Asked their postmaster' })
    assert.equal(reply.status, 200, reply.text)
    await assertExact(stage, campaign.tenantId)
    return reply.body.resolved
  }
  assert.equal(await resolve({ kind: 'ids', ids: ids.slice(0, 2) }, 'accepted'), 2)
  assert.equal(await resolve({ kind: 'ids', ids: ids.slice(0, 3) }, 'failed'), 1)
  const resent = ids.slice(3, 5)
  assert.equal(await resolve({ kind: 'ids', ids: resent }, 'resend'), 2)
  const after = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  assert.deepEqual([after.sent, after.failed, after.unknown], [3 + 2 + 2, 1, 4])
  assert.equal(await resolve({ kind: 'campaign', campaignId: campaign.campaignId }, 'accepted'), 4)
  assert.equal(await resolve({ kind: 'campaign', campaignId: campaign.campaignId }, 'resend'), 0)
  assert.deepEqual(
    { ...(await stage.engine.getAccounting(campaign)) },
    { audience: 12, sent: 11, failed: 1, suppressed: 0, pending: 0, unknown: 0, held: 0 },
  )
  const { story } = (await api.get(`/v1/deliveries/${resent[0]}`)).body
  assert.deepEqual(
    story.map(({ kind }: { kind: string }) => kind),
    ['queued', 'resolved', 'accepted'],
  )
  assert.match(story[1].text, /As resend by .*Asked their postmaster/)
  const editor = stage.app.as({ tenantId: campaign.tenantId, role: 'editor' })
  const refused = await editor.post('/v1/deliveries/resolve', { deliveries: { kind: 'ids', ids }, as: 'failed' })
  assert.equal(refused.status, 403)
})

test('of orders that come at once each delivery is resolved by one, and what is sent again meets the engine', async () => {
  let drops = 40
  await using sink = await openSink((stageName) => (stageName === 'content' && drops-- > 0 ? 'drop' : undefined))
  const campaign = await buildCampaign(stage, { count: 40, sender: senderTo(sink.port) })
  assert.equal((await sendOut(stage, campaign)).unknown, 40)
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  const deliveries = { kind: 'campaign' as const, campaignId: campaign.campaignId }
  const replies = await Promise.all(
    ['accepted', 'resend', 'failed', 'resend', 'accepted'].map((as) =>
      api.post('/v1/deliveries/resolve', { deliveries, as }),
    ),
  )
  assert.equal(
    replies.reduce((sum, { body }) => sum + body.resolved, 0),
    40,
  )
  const after = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  assert.deepEqual([after.audience, after.sent + after.failed, after.unknown], [40, 40, 0])
  await assertExact(stage, campaign.tenantId)
})

test('what was cancelled is not sent again, and another workspace resolves nothing of it', async () => {
  let drops = 1
  await using sink = await openSink((stageName) => (stageName === 'content' && drops-- > 0 ? 'drop' : undefined))
  const campaign = await buildCampaign(stage, { count: 3, sender: senderTo(sink.port, { messagesPerSecond: 2 }) })
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ unknown }) => unknown === 1,
  )
  await stage.engine.cancelDispatch(campaign)
  await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  const order = { deliveries: { kind: 'campaign', campaignId: campaign.campaignId }, as: 'resend' }
  const owner = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  assert.deepEqual((await owner.post('/v1/deliveries/resolve', order)).body, { resolved: 0 })
  const stranger = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  assert.equal((await stranger.post('/v1/deliveries/resolve', order)).status, 404)
  await assertExact(stage, campaign.tenantId)
})
