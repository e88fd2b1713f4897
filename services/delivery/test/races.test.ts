import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { audience } from '@fanfare/audience'
import { Audience } from '@fanfare/audience/contract'
import { sql } from 'kysely'
import { openSink, type Sink } from './sink.ts'
import {
  type BuiltCampaign,
  buildCampaign,
  eventually,
  ledgerOf,
  openStage,
  type Stage,
  senderTo,
  sumOf,
} from './stage.ts'

const people = 2_000
const answerMs = 30
/** What was decided, and committed, counts after so long. */
const graceMs = 5_000

let stage: Stage
before(async () => {
  stage = await openStage({}, [audience])
})
after(() => stage[Symbol.asyncDispose]())

/** Some thousand contacts of the real audience, and a server that takes about 130 of their messages a second. */
async function startSlowly(): Promise<{ sink: Sink; campaign: BuiltCampaign }> {
  const sink = await openSink((at) => (at === 'content' ? answerMs : undefined))
  const campaign = await buildCampaign(stage, { count: people, sender: senderTo(sink.port) })
  await insertContacts(campaign)
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (taken) => taken >= 100,
  )
  return { sink, campaign }
}

/** In one statement, which the API would take thousands for. */
async function insertContacts({ tenantId, recipients }: BuiltCampaign): Promise<void> {
  await stage.app.db.withTenant(tenantId, (trx) =>
    sql`
      insert into audience.contact
      select ${tenantId}::uuid, "contactId", email, email, 'Ada', '', '{}', 'subscribed', 'opt_in', now(), now(), now()
      from jsonb_to_recordset(${JSON.stringify(recipients)}::jsonb) as given ("contactId" uuid, email text)
    `.execute(trx),
  )
}

function finish(campaign: BuiltCampaign) {
  return eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
    60_000,
  )
}

/** Takes people out in each way there is; when each of it was committed, by address. */
async function takeOut({ tenantId, recipients }: BuiltCampaign): Promise<Map<string, number>> {
  const committed = new Map<string, number>()
  const contacts = stage.app.get(Audience)
  const api = stage.app.as({ tenantId, role: 'owner' })
  const note = (gone: BuiltCampaign['recipients']) => {
    for (const { email } of gone) committed.set(email, performance.now())
  }
  const ways: ((contactId: string, email: string) => Promise<unknown>)[] = [
    (contactId) => contacts.setPreferences({ tenantId, contactId, subscribed: false, listIds: [] }),
    async (contactId) => assert.equal((await api.delete(`/v1/contacts/${contactId}`)).status, 204),
    async (_, email) => assert.equal((await api.post('/v1/suppressions', { email })).status, 201),
    async (contactId) =>
      assert.equal((await api.patch(`/v1/contacts/${contactId}`, { status: 'unsubscribed' })).status, 200),
  ]
  // From the end: they are the last to be written to.
  const [together, oneByOne] = [recipients.slice(-400), recipients.slice(-800, -400).toReversed()]
  const contactIds = together.map(({ contactId }) => contactId)
  await contacts.suppress({ tenantId, contactIds, reason: 'manual' })
  note(together)
  for (const [at, person] of oneByOne.entries()) {
    await ways[at % ways.length]?.(person.contactId, person.email)
    note([person])
  }
  return committed
}

describe('while a campaign of some thousands is sent', { concurrency: 3 }, () => {
  it('who unsubscribes, is suppressed or is deleted gets nothing five seconds later, and everybody else does', async () => {
    const { sink, campaign } = await startSlowly()
    await using _ = sink
    const committed = await takeOut(campaign)
    const final = await finish(campaign)
    const late = sink.messages.filter(({ recipient, atMs }) => atMs > (committed.get(recipient) ?? Infinity) + graceMs)
    assert.deepEqual(late, [])
    const reached = new Set(sink.messages.map(({ recipient }) => recipient))
    assert.equal(reached.size, sink.messages.length)
    assert.deepEqual([final.sent, final.suppressed, final.audience], [reached.size, people - reached.size, people])
    assert.ok(campaign.recipients.every(({ email }) => committed.has(email) || reached.has(email)))
    assert.ok(final.suppressed > 400, `${final.suppressed} left out`)
    const reasons = new Set((await ledgerOf(stage, campaign)).map(({ reason }) => reason))
    for (const reason of [/unsubscribed/, /deleted/, /suppression list/]) {
      assert.ok(
        [...reasons].some((text) => reason.test(text ?? '')),
        `${reason} in ${[...reasons]}`,
      )
    }
  })

  it('a pause holds within a second, a resume reaches exactly the others, once', async () => {
    const { sink, campaign } = await startSlowly()
    await using _ = sink
    await stage.engine.pauseDispatch(campaign)
    const pausedMs = performance.now()
    await sleep(2_500)
    assert.deepEqual(
      sink.messages.filter(({ atMs }) => atMs > pausedMs + 1_000),
      [],
    )
    assert.ok(sink.messages.length < people)
    await stage.engine.resumeDispatch(campaign)
    const final = await finish(campaign)
    assert.deepEqual([final.sent, final.unknown, sumOf(final)], [people, 0, people])
    assert.equal(new Set(sink.messages.map(({ recipient }) => recipient)).size, people)
    assert.equal(sink.messages.length, people)
  })

  it('a cancel ends it within a second, with the rest left out and every message accounted for', async () => {
    const { sink, campaign } = await startSlowly()
    await using _ = sink
    await stage.engine.cancelDispatch(campaign)
    const cancelledMs = performance.now()
    const final = await finish(campaign)
    await sleep(2_000)
    assert.deepEqual(
      sink.messages.filter(({ atMs }) => atMs > cancelledMs + 1_000),
      [],
    )
    assert.deepEqual([final.sent, final.suppressed], [sink.messages.length, people - sink.messages.length])
    assert.ok(final.suppressed > 0)
  })
})

it('a database that stands still for longer than a lease leaves nobody in doubt', async () => {
  await using sink = await openSink((at) => (at === 'content' ? answerMs : undefined))
  const campaign = await buildCampaign(stage, { count: 400, sender: senderTo(sink.port) })
  await insertContacts(campaign)
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (taken) => taken > 0,
  )
  await stage.app.db.withTenant(campaign.tenantId, async (trx) => {
    await sql`select from delivery.batch where dispatch_id = ${campaign.campaignId} for update`.execute(trx)
    await sleep(7_000)
  })
  const final = await finish(campaign)
  assert.deepEqual([final.sent, final.unknown, sink.messages.length], [400, 0, 400])
})
