import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Campaigns } from '@fanfare/campaigns/contract'
import { DispatchFinished } from '@fanfare/delivery/contract'
import { Events } from '@fanfare/kernel'
import { assignVariant } from '../src/assignment.ts'
import {
  type Built,
  bootCampaigns,
  buildApproved,
  buildCampaign,
  buildSending,
  type World,
  waitUntilFrozen,
  waitWhile,
} from './factories.ts'

let world: World
before(async () => {
  world = await bootCampaigns()
})
after(() => world.app.stop())

function dispatchOf({ campaignId }: Built) {
  const dispatch = world.delivery.dispatches.get(campaignId)
  assert.ok(dispatch, 'nothing was handed to delivery')
  return dispatch
}

/** As delivery says it. */
async function endDispatch({ tenantId, campaignId }: Built): Promise<void> {
  await world.app.db.withTenant(tenantId, () => world.app.get(Events).publish(DispatchFinished, { campaignId }))
  await world.app.drain()
}

test('sending hands everyone over once, page by page, with the variant that follows from their id', async () => {
  const built = await buildApproved(world, { contacts: 95, holdoutPercent: 20 })
  const sent = await built.api.post(`${built.path}/send`)
  assert.equal(sent.status, 200)
  assert.equal(sent.body.state, 'launching')
  await world.app.drain()

  const campaign = (await built.api.get(built.path)).body
  const { recipients, state, variants } = dispatchOf(built)
  assert.deepEqual([campaign.state, state], ['sending', 'sending'])
  assert.deepEqual(
    variants.map(({ emailId }) => emailId),
    built.emailIds,
  )
  assert.deepEqual([...recipients.keys()].toSorted(), built.contactIds)
  for (const [contactId, variantId] of recipients) assert.equal(variantId, assignVariant(campaign, contactId))
  const pages = world.delivery.pages.filter(({ campaignId }) => campaignId === built.campaignId)
  assert.deepEqual(
    pages.map(({ size }) => size),
    [...Array(9).fill(10), 5],
  )
  const { audience, held, pending } = campaign.accounting
  assert.equal(audience + held, 95)
  assert.ok(held > 0 && pending === audience)
})

test('a launch that dies half-way is taken up where it was', async () => {
  const built = await buildApproved(world, { contacts: 45 })
  let deaths = 0
  world.delivery.hooks.beforePage = async (campaignId, page) => {
    if (campaignId !== built.campaignId || page !== 2 || deaths > 0) return
    deaths += 1
    throw new Error('the process died')
  }
  await built.api.post(`${built.path}/send`)

  const campaign = await waitUntilFrozen(built)
  assert.deepEqual([deaths, campaign.state], [1, 'sending'])
  assert.deepEqual([...dispatchOf(built).recipients.keys()].toSorted(), built.contactIds)
  const pages = world.delivery.pages.filter(({ campaignId }) => campaignId === built.campaignId)
  assert.deepEqual(
    pages.map(({ size }) => size),
    [10, 10, 10, 10, 5],
  )
})

test('the first page begins the sending, and a pause in the midst lets nobody else leave', async () => {
  const built = await buildApproved(world, { contacts: 45 })
  const seen: string[] = []
  const paused = Promise.withResolvers<void>()
  world.delivery.hooks.beforePage = async (campaignId, page) => {
    if (campaignId !== built.campaignId) return
    seen.push(dispatchOf(built).state)
    // Not awaited: the pause waits for the page that holds the campaign.
    if (page === 2) built.api.post(`${built.path}/pause`).then(() => paused.resolve(), paused.reject)
  }
  await built.api.post(`${built.path}/send`)
  await paused.promise
  const frozen = await waitUntilFrozen(built)

  assert.deepEqual(seen.slice(0, 2), ['prepared', 'sending'])
  assert.deepEqual([frozen.state, dispatchOf(built).state], ['paused', 'paused'])
  assert.deepEqual([...dispatchOf(built).recipients.keys()].toSorted(), built.contactIds)
})

test('a launch that is cancelled half-way hands nobody else over and does not start', async () => {
  const built = await buildApproved(world, { contacts: 45 })
  const cancelled = Promise.withResolvers<void>()
  world.delivery.hooks.beforePage = async (campaignId, page) => {
    if (campaignId !== built.campaignId || page !== 1) return
    // Not awaited: the cancel waits for the page that holds the campaign.
    built.api.post(`${built.path}/cancel`).then(() => cancelled.resolve(), cancelled.reject)
    // Long enough for the cancel to be the first that waits for this page.
    await sleep(500)
  }
  await built.api.post(`${built.path}/send`)
  await cancelled.promise
  await world.app.drain()

  assert.equal((await built.api.get(built.path)).body.state, 'cancelled')
  assert.equal(dispatchOf(built).state, 'cancelled')
  assert.ok(dispatchOf(built).recipients.size < 45)
})

test('a campaign is done when delivery has nothing left to do, and says so once', async () => {
  const built = await buildSending(world)
  await endDispatch(built)
  await endDispatch(built)
  const campaign = (await built.api.get(built.path)).body
  assert.equal(campaign.state, 'done')
  assert.ok(campaign.finishedAt)
  assert.deepEqual(
    world.finished.filter((id) => id === built.campaignId),
    [built.campaignId],
  )
})

test('a campaign with nobody left to write to is done at once', async () => {
  const built = await buildApproved(world)
  world.audience.emptyList(built.tenantId, built.listId)
  await built.api.post(`${built.path}/send`)
  await world.app.drain()
  assert.equal((await built.api.get(built.path)).body.state, 'done')
})

test('a draft and a done campaign are not sent', async () => {
  const draft = await buildCampaign(world)
  const refused = await draft.api.post(`${draft.path}/send`)
  assert.deepEqual([refused.status, refused.body.code], [409, 'campaigns.state_wrong'])
  const done = await buildSending(world)
  await endDispatch(done)
  assert.equal((await done.api.post(`${done.path}/send`)).status, 409)
  assert.equal((await done.api.post(`${done.path}/cancel`)).status, 409)
})

test('pausing and resuming tell delivery, and doing so twice changes nothing', async () => {
  const built = await buildSending(world)
  const states: [number, string, string][] = []
  for (const step of ['pause', 'pause', 'resume', 'resume', 'pause', 'cancel', 'cancel']) {
    const reply = await built.api.post(`${built.path}/${step}`)
    states.push([reply.status, reply.body.state, dispatchOf(built).state])
  }
  assert.deepEqual(states, [
    [200, 'paused', 'paused'],
    [200, 'paused', 'paused'],
    [200, 'sending', 'sending'],
    [200, 'sending', 'sending'],
    [200, 'paused', 'paused'],
    [200, 'cancelled', 'cancelled'],
    [200, 'cancelled', 'cancelled'],
  ])
  assert.equal((await built.api.post(`${built.path}/resume`)).status, 409)
})

test('whatever order racing pauses and resumes come in, delivery does what the campaign says', async () => {
  const built = await buildSending(world)
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(['pause', 'resume', 'pause', 'resume'].map((step) => built.api.post(`${built.path}/${step}`)))
    assert.equal((await built.api.get(built.path)).body.state, dispatchOf(built).state)
  }
})

test('of ten sends at once the audience is handed over once', async () => {
  const built = await buildApproved(world, { contacts: 30 })
  const replies = await Promise.all(Array.from({ length: 10 }, () => built.api.post(`${built.path}/send`)))
  for (const reply of replies) assert.equal(reply.status, 200)
  await world.app.drain()
  assert.equal((await built.api.get(built.path)).body.state, 'sending')
  const pages = world.delivery.pages.filter(({ campaignId }) => campaignId === built.campaignId)
  assert.equal(
    pages.reduce((sum, { size }) => sum + size, 0),
    30,
  )
})

test('of a send and a cancel at once, a cancelled campaign sends to nobody', async () => {
  const built = await buildApproved(world)
  await Promise.all([built.api.post(`${built.path}/send`), built.api.post(`${built.path}/cancel`)])
  await world.app.drain()
  assert.equal((await built.api.get(built.path)).body.state, 'cancelled')
  assert.notEqual(world.delivery.dispatches.get(built.campaignId)?.state, 'sending')
})

test('a schedule is a time to come within a year, and can be taken back', async () => {
  const built = await buildApproved(world)
  const schedule = (at: string) => built.api.post(`${built.path}/schedule`, { at })
  const past = await schedule(new Date(Date.now() - 1_000).toISOString())
  assert.deepEqual([past.status, past.body.code], [422, 'campaigns.time_past'])
  const far = await schedule(new Date(Date.now() + 400 * 86_400_000).toISOString())
  assert.deepEqual([far.status, far.body.code], [422, 'campaigns.time_far'])
  assert.equal((await schedule('tomorrow')).status, 400)

  const at = new Date(Date.now() + 86_400_000).toISOString()
  const scheduled = await schedule(at.replace('Z', '+00:00'))
  assert.deepEqual([scheduled.body.state, scheduled.body.scheduledAt], ['scheduled', at])
  const back = await built.api.post(`${built.path}/unschedule`)
  assert.deepEqual([back.body.state, back.body.scheduledAt], ['approved', null])
})

test('a scheduled campaign is launched at its time and not at one it was moved from', async () => {
  const built = await buildApproved(world)
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
  await built.api.post(`${built.path}/schedule`, { at: inMs(500) })
  await built.api.post(`${built.path}/schedule`, { at: inMs(1_500) })
  const { state, scheduledAt, launchedAt } = await waitUntilFrozen(built)
  assert.equal(state, 'sending')
  assert.ok(launchedAt && scheduledAt && launchedAt >= scheduledAt, 'it was launched before its time')
  assert.deepEqual([...dispatchOf(built).recipients.keys()].toSorted(), built.contactIds)
})

test('a scheduled campaign whose email was edited comes back to a person instead of going out', async () => {
  const built = await buildApproved(world)
  await built.api.post(`${built.path}/schedule`, { at: new Date(Date.now() + 500).toISOString() })
  world.content.saveEmail(built.tenantId, built.emailIds[0] as string)
  const campaign = await waitWhile(built, 'scheduled', 'launching')
  assert.deepEqual([campaign.state, campaign.approvedAt, campaign.accounting], ['draft', null, null])
  assert.match(campaign.attention ?? '', /changed since/)
})

test('everyone of the workspace who watches sees a campaign change, and nobody else', async () => {
  const built = await buildSending(world)
  await using own = await world.app.watch(built.tenantId, [`campaign/${built.campaignId}`, 'campaigns'])
  await using other = await world.app.watch(world.app.tenant(), [`campaign/${built.campaignId}`, 'campaigns'])
  await built.api.post(`${built.path}/pause`)
  assert.deepEqual(
    [await own.next(), await own.next()],
    [
      { topic: `campaign/${built.campaignId}`, message: { type: 'changed', state: 'paused' } },
      { topic: 'campaigns', message: { type: 'changed', campaignId: built.campaignId, state: 'paused' } },
    ],
  )
  assert.deepEqual(other.waiting(), [])
})

test('the contract shows a campaign with its accounting', async () => {
  const { tenantId, campaignId } = await buildSending(world, { contacts: 12 })
  const campaign = await world.app.get(Campaigns).getCampaign({ tenantId, campaignId })
  assert.equal(campaign.accounting?.audience, 12)
})
