import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Audience } from '@fanfare/audience/contract'
import { Db, defineService, Events, Live, token } from '@fanfare/kernel'
import type { z } from 'zod'
import { DeliveryConfig } from '../src/config.ts'
import { FeedbackReceived } from '../src/contract.ts'
import type { Feedback } from '../src/feedback/feedback.ts'
import { recordFeedback } from '../src/feedback/record.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { openOffice } from './office.ts'
import { openSink } from './sink.ts'
import {
  type BuiltCampaign,
  buildCampaign,
  eventually,
  ledgerOf,
  openStage,
  type Stage,
  senderTo,
  sendOut,
} from './stage.ts'

type Told = z.output<typeof FeedbackReceived.data>['feedback'][number]
const told: Told[] = []
const Hearer = token<{ record(tenantId: string, feedback: readonly Feedback[]): Promise<number> }>()('test-hearer')
const hearer = defineService({
  provides: Hearer,
  needs: { db: Db, events: Events, live: Live, audience: Audience },
  start({ db, ...needs }, { ids, clock }) {
    needs.events.on(FeedbackReceived, 'test.heard', async ({ data }) => void told.push(...data.feedback))
    const progress = { changed: () => {}, close: () => {} }
    const deps = { ...needs, db: db.as<DeliveryTables>(), ids, clock, progress, config: DeliveryConfig.parse({}) }
    return { record: (tenantId, feedback) => recordFeedback(deps, tenantId, feedback) }
  },
})

let stage: Stage
before(async () => {
  stage = await openStage({}, [hearer])
})
after(() => stage[Symbol.asyncDispose]())

const heard = (deliveryId: string, change: Partial<Feedback> = {}): Feedback => ({
  key: randomUUID(),
  deliveryId,
  kind: 'bounced',
  hard: false,
  reason: 'mailboxfull',
  status: '5.2.2',
  text: '552 5.2.2 Mailbox full',
  source: 'mailbox',
  at: new Date('2026-03-01T10:00:00Z'),
  ...change,
})
const record = (campaign: BuiltCampaign, feedback: readonly Feedback[]) =>
  stage.app.get(Hearer).record(campaign.tenantId, feedback)
const asOwner = ({ tenantId }: BuiltCampaign) => stage.app.as({ tenantId, role: 'owner' })
const suppressedOf = (contactId: string) =>
  stage.audience.suppressed.filter(({ contactIds }) => contactIds.includes(contactId)).map(({ reason }) => reason)

async function delivered(count = 1) {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { count, sender: senderTo(sink.port) })
  await sendOut(stage, campaign)
  const rows = await ledgerOf(stage, campaign)
  return { campaign, rows, ids: rows.map(({ id }) => id), people: rows.map(({ contact_id }) => contact_id as string) }
}

test('a hard bounce ends all messages to the address at once and is counted by the campaign', async () => {
  const { campaign, ids, people } = await delivered(3)
  const [first, second] = ids as [string, string, string]
  const at = new Date()
  await record(campaign, [
    heard(first, { hard: true, reason: 'userunknown', at }),
    heard(second, { at }),
    heard(second, { kind: 'delayed', at }),
  ])
  assert.deepEqual(people.map(suppressedOf), [['hard_bounce'], [], []])
  const api = asOwner(campaign)
  const { body: standing } = await api.get(`/v1/campaigns/${campaign.campaignId}/accounting`)
  assert.deepEqual([standing.sent, standing.bounced, standing.hardBounced, standing.complained], [3, 2, 1, 0])
  const { body: page } = await api.get(`/v1/feedback?campaignId=${campaign.campaignId}&kind=bounced`)
  assert.deepEqual(page.rows.map((row: { reason: string }) => row.reason).toSorted(), ['mailboxfull', 'userunknown'])
})

test('what is told again, late or in another order changes nothing', async () => {
  const { campaign, ids } = await delivered(2)
  const [first, second] = ids as [string, string]
  const day = [
    heard(first, { hard: true, reason: 'userunknown' }),
    heard(first, { kind: 'delivered' }),
    heard(second, { kind: 'complained', reason: null }),
    heard(second),
    heard(second, { kind: 'complained', reason: null }),
  ]
  assert.equal(await record(campaign, day), 5)
  const look = async () => {
    const { body } = await asOwner(campaign).get(`/v1/campaigns/${campaign.campaignId}/accounting`)
    return [body.sent, body.bounced, body.hardBounced, body.complained]
  }
  const before = await look()
  assert.deepEqual(before, [2, 2, 1, 1])
  assert.equal(await record(campaign, day.toReversed()), 0)
  assert.equal(await record(campaign, [...day, ...day]), 0)
  assert.deepEqual(await look(), before)
  await stage.app.drain()
  const mine = told.filter(({ campaignId }) => campaignId === campaign.campaignId)
  assert.deepEqual(mine.map(({ kind, hard }) => `${kind}${hard ? ' hard' : ''}`).toSorted(), [
    'bounced',
    'bounced hard',
    'complained',
    'delivered',
  ])
})

test('two processes that hear the same at once count it once', async () => {
  const { campaign, ids } = await delivered(20)
  const notices = ids.map((id) => heard(id, { hard: true, reason: 'userunknown' }))
  const again = ids.map((id) => heard(id, { hard: true, reason: 'userunknown' }))
  const added = await Promise.all([record(campaign, notices), record(campaign, notices), record(campaign, again)])
  assert.equal(
    added.reduce((sum, count) => sum + count),
    40,
  )
  const { body } = await asOwner(campaign).get(`/v1/campaigns/${campaign.campaignId}/accounting`)
  assert.deepEqual([body.bounced, body.hardBounced], [20, 20])
})

test('a complaint ends consent, an opt-out counts as an unsubscribe of the campaign', async () => {
  const { campaign, ids, people } = await delivered(2)
  const [first, second] = ids as [string, string]
  await record(campaign, [
    heard(first, { kind: 'complained', reason: null }),
    heard(second, { kind: 'unsubscribed', reason: null }),
  ])
  assert.deepEqual(people.map(suppressedOf), [['complaint'], ['unsubscribed']])
  const hits = await stage.app.db
    .as<DeliveryTables>()
    .withTenant(campaign.tenantId, (trx) => trx.selectFrom('delivery.hit').selectAll().execute())
  assert.deepEqual(
    hits.map(({ kind, delivery_id }) => [kind, delivery_id]),
    [['unsubscribe', second]],
  )
})

test('soft bounces in a row over a week give an address up; one arrival begins the count anew', async () => {
  await using sink = await openSink()
  const tenantId = stage.app.tenant()
  const [poor, lucky] = [randomUUID(), randomUUID()]
  const days = ['01', '03', '05', '07', '09']
  for (const [index, day] of days.entries()) {
    const campaign = await buildCampaign(stage, {
      tenantId,
      recipients: [{ contactId: poor }, { contactId: lucky }],
      sender: senderTo(sink.port),
    })
    await sendOut(stage, campaign)
    const rows = await ledgerOf(stage, campaign)
    const at = new Date(`2099-03-${day}T10:00:00Z`)
    await record(
      campaign,
      rows.map(({ id, contact_id }) =>
        heard(id, contact_id === lucky && index === 3 ? { kind: 'delivered', at } : { at }),
      ),
    )
    assert.deepEqual(suppressedOf(lucky), [])
    assert.deepEqual(suppressedOf(poor), index < 4 ? [] : ['hard_bounce'], day)
  }
})

test('what is our own fault never counts against an address', async () => {
  await using sink = await openSink()
  const tenantId = stage.app.tenant()
  const contactId = randomUUID()
  for (let day = 1; day < 20; day += 3) {
    const campaign = await buildCampaign(stage, { tenantId, recipients: [{ contactId }], sender: senderTo(sink.port) })
    await sendOut(stage, campaign)
    const [row] = await ledgerOf(stage, campaign)
    await record(campaign, [heard(row?.id as string, { reason: 'blocked', at: new Date(Date.UTC(2099, 4, day)) })])
  }
  assert.deepEqual(suppressedOf(contactId), [])
})

test('feedback of another workspace’s delivery, or of none, changes nothing', async () => {
  const { campaign: theirs, ids, people } = await delivered()
  const { campaign } = await delivered()
  assert.equal(await record(campaign, [heard(ids[0] as string, { hard: true }), heard(randomUUID())]), 0)
  assert.deepEqual(suppressedOf(people[0] as string), [])
  const { body } = await asOwner(theirs).get('/v1/feedback')
  assert.deepEqual(body.rows, [])
})

test('a refusal on the wire is a bounce like one that comes by mail', async () => {
  const replies: Record<string, string> = {
    'gone@x.example': '550 5.1.1 User unknown',
    'full@x.example': '552 5.2.2 Mailbox full',
    'spam@x.example': '554 5.7.1 Spam detected',
  }
  await using sink = await openSink((at, { recipient }) => (at === 'rcpt' ? replies[recipient] : undefined))
  const emails = [...Object.keys(replies), 'fine@x.example']
  const campaign = await buildCampaign(stage, {
    recipients: emails.map((email) => ({ email })),
    sender: senderTo(sink.port),
  })
  await sendOut(stage, campaign)
  const api = asOwner(campaign)
  const { body: page } = await eventually(
    () => api.get(`/v1/feedback?campaignId=${campaign.campaignId}`),
    ({ body }) => body.rows.length === 3,
  )
  const of = (email: string) => page.rows.find((row: { email: string }) => row.email === email)
  assert.deepEqual([of('gone@x.example').hard, of('gone@x.example').reason], [true, 'userunknown'])
  assert.deepEqual([of('full@x.example').hard, of('full@x.example').reason], [false, 'mailboxfull'])
  assert.deepEqual([of('spam@x.example').hard, of('spam@x.example').reason], [false, 'spamdetected'])
  const { body: summary } = await api.get(`/v1/feedback/summary?campaignId=${campaign.campaignId}`)
  assert.deepEqual(
    summary.senders.map(({ sent, bounced, hardBounced }: Record<string, number>) => [sent, bounced, hardBounced]),
    [[1, 3, 1]],
  )
  assert.equal(summary.reasons.length, 3)
  const { body: recent } = await api.get('/v1/feedback/summary?days=1')
  assert.equal(recent.destinations[0].bounced, 3)
})

test('words that no database takes are cleaned', async () => {
  const { campaign, ids } = await delivered()
  assert.equal(await record(campaign, [heard(ids[0] as string, { text: `a\0b\ud800\n${'c'.repeat(5_000)}😀` })]), 1)
  const { body } = await asOwner(campaign).get('/v1/feedback')
  assert.match(body.rows[0].text, /^a b.? c{490,}$/u)
})

test('what was heard of one person is found by the person', async () => {
  const { campaign, ids, people } = await delivered(2)
  await record(
    campaign,
    ids.map((id) => heard(id)),
  )
  const [contactId] = people as [string]
  const entries = await stage.engine.listContactFeedback({ tenantId: campaign.tenantId, contactId })
  assert.deepEqual(
    entries.map((entry) => [entry.contactId, entry.reason]),
    [[contactId, 'mailboxfull']],
  )
})

test('pages go on where the last one ended', async () => {
  const { campaign, ids } = await delivered(5)
  await record(
    campaign,
    ids.map((id) => heard(id)),
  )
  const api = asOwner(campaign)
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await api.get(`/v1/feedback?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.rows.map((row: { deliveryId: string }) => row.deliveryId))
    if (body.nextCursor === null) break
    cursor = body.nextCursor
  }
  assert.deepEqual(seen.toSorted(), ids.toSorted())
})

test('what is heard of a message by the API is in its story, and ends messages to an address that is no contact’s', async () => {
  await using sink = await openSink()
  const { api, tenantId, send, settled, read } = await openOffice(stage, sink)
  const email = `stranger.${randomUUID().slice(0, 8)}@example.org`
  const [id] = (await send({ to: [{ email }] })) as [string]
  await settled(id)
  const complained = heard(id, { kind: 'complained', reason: null, status: null, text: 'abuse', at: new Date() })
  assert.equal(await stage.app.get(Hearer).record(tenantId, [complained]), 1)
  assert.deepEqual(stage.audience.suppressedAddresses.at(-1), { emails: [email], reason: 'complaint' })
  assert.deepEqual(
    (await read(id)).story.map(({ kind }) => kind),
    ['queued', 'accepted', 'complained'],
  )
  const { rows } = (await api.get('/v1/feedback')).body
  assert.deepEqual([rows[0].deliveryId, rows[0].campaignId], [id, null])
})
