import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { defineService, Events, Keys, token } from '@fanfare/kernel'
import { DispatchFinished, Settled } from '../src/contract.ts'
import { decodeTag } from '../src/message/tag.ts'
import { buildEmail } from './factories.ts'
import { openSink } from './sink.ts'
import {
  buildCampaign,
  countInHand,
  eventually,
  ledgerOf,
  openStage,
  type Stage,
  senderTo,
  sendOut,
  sumOf,
} from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

test('a campaign reaches everyone once, through the sandbox, and is accounted for', async () => {
  const campaign = await buildCampaign(stage, { count: 25 })
  const accounting = await sendOut(stage, campaign)
  assert.deepEqual(accounting, { audience: 25, sent: 25, failed: 0, suppressed: 0, pending: 0, unknown: 0, held: 0 })
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'viewer' })
  const listed = await api.get('/v1/sandbox/messages?limit=100')
  assert.deepEqual(
    listed.body.rows.flatMap((row: { to: string[] }) => row.to).sort(),
    campaign.recipients.map((recipient) => recipient.email).sort(),
  )
})

test('people held out are no part of the audience and get nothing', async () => {
  const campaign = await buildCampaign(stage, { recipients: [{}, { variantId: null }] })
  const accounting = await sendOut(stage, campaign)
  assert.deepEqual([accounting.audience, accounting.sent, accounting.held], [1, 1, 1])
})

test('a campaign without anybody finishes', async () => {
  const campaign = await buildCampaign(stage, { count: 0 })
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => dispatchState(campaign),
    (state) => state === 'finished',
  )
})

test('an open campaign sends while more people come, and is finished when nobody else does', async () => {
  const campaign = await buildCampaign(stage, { count: 20 })
  const { recipients } = await buildCampaign(stage, { tenantId: campaign.tenantId, count: 20 })
  const late = recipients.map((recipient) => ({ ...recipient, variantId: campaign.variantId }))
  await stage.engine.openDispatch(campaign)
  await stage.engine.openDispatch(campaign)
  const sent = (count: number) =>
    eventually(
      () => stage.engine.getAccounting(campaign),
      (accounting) => accounting.sent === count && accounting.pending === 0,
    )
  await sent(20)
  assert.equal(await dispatchState(campaign), 'running')
  await stage.engine.addRecipients({ ...campaign, recipients: late.slice(0, 10) })
  await sent(30)
  await stage.engine.pauseDispatch(campaign)
  await stage.engine.addRecipients({ ...campaign, recipients: late.slice(10) })
  await stage.engine.startDispatch(campaign)
  assert.deepEqual(
    [await dispatchState(campaign), (await stage.engine.getAccounting(campaign)).pending],
    ['paused', 10],
    'that everybody is in does not end a pause',
  )
  await stage.engine.resumeDispatch(campaign)
  await sent(40)
  await eventually(
    () => dispatchState(campaign),
    (state) => state === 'finished',
  )
})

test('repeating any order changes nothing', async () => {
  const campaign = await buildCampaign(stage, { count: 3 })
  const again = await stage.engine.addRecipients({ ...campaign, recipients: [...campaign.recipients] })
  assert.equal(again.added, 0)
  await stage.engine.startDispatch(campaign)
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => stage.engine.getAccounting(campaign),
    (accounting) => accounting.sent === 3,
  )
  await eventually(
    () => dispatchState(campaign),
    (state) => state === 'finished',
  )
  await assert.rejects(stage.engine.pauseDispatch(campaign), { code: 'delivery.dispatch_closed' })
  await assert.rejects(stage.engine.addRecipients({ ...campaign, recipients: [] }), {
    code: 'delivery.dispatch_closed',
  })
})

test('who may not be written to at dispatch is left out, with the reason', async () => {
  const campaign = await buildCampaign(stage, { count: 4 })
  const [one, two, three] = campaign.recipients.map((recipient) => recipient.contactId) as [string, string, string]
  stage.audience.blocked.set(one, 'suppressed')
  stage.audience.blocked.set(two, 'no_consent')
  stage.audience.contacts.delete(three)
  const accounting = await sendOut(stage, campaign)
  assert.deepEqual([accounting.sent, accounting.suppressed], [1, 3])
  const reasons = new Map((await ledgerOf(stage, campaign)).map((row) => [row.contact_id, row.reason]))
  assert.match(reasons.get(one) ?? '', /suppression list/)
  assert.match(reasons.get(two) ?? '', /consent/)
  assert.match(reasons.get(three) ?? '', /deleted/)
})

test('an address that cannot be written to fails, and its neighbours do not', async () => {
  const campaign = await buildCampaign(stage, { recipients: [{ email: '"a@evil.example x"@good.example' }, {}] })
  const accounting = await sendOut(stage, campaign)
  assert.deepEqual([accounting.sent, accounting.failed], [1, 1])
})

test('an address that does not exist is suppressed; a full mailbox and a policy are not', async () => {
  const emails = ['bounce+550@x.example', 'bounce+552@x.example', 'bounce+554@x.example']
  const campaign = await buildCampaign(stage, { recipients: emails.map((email) => ({ email })) })
  const accounting = await sendOut(stage, campaign)
  assert.equal(accounting.failed, 3)
  const gone = campaign.recipients[0]?.contactId
  const suppressed = stage.audience.suppressed.flatMap((call) => call.contactIds)
  assert.deepEqual(
    campaign.recipients.map(({ contactId }) => suppressed.includes(contactId)),
    [true, false, false],
  )
  const { rows } = (
    await stage.app
      .as({ tenantId: campaign.tenantId, role: 'viewer' })
      .get(`/v1/campaigns/${campaign.campaignId}/deliveries?state=failed`)
  ).body
  const row = rows.find((delivery: { contactId: string }) => delivery.contactId === gone)
  assert.match(row.reason, /550 5\.1\.1/)
})

test('a message carries its headers once, the person’s own links and the same Message-ID as the ledger', async () => {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { sender: senderTo(sink.port, { replyTo: 'reply@sender.example' }) })
  await sendOut(stage, campaign)
  const [message] = sink.messages
  const [row] = await ledgerOf(stage, campaign)
  const [, tag = ''] = /^Message-ID: <(\w+)@sender\.example>\r$/m.exec(message?.source ?? '') ?? []
  const ref = { tenantId: campaign.tenantId, deliveryId: row?.id }
  assert.deepEqual(decodeTag(stage.app.get(Keys), tag), ref)
  assert.match(message?.source ?? '', /^List-Unsubscribe: <http[^>]+\/u\/[\w-]+>\r$/m)
  assert.match(message?.source ?? '', /^Reply-To: <reply@sender\.example>\r$/m)
  const unfolded = (message?.source ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
  assert.match(unfolded, /Hello Ada/)
  assert.match(unfolded, /<a href="http:\/\/127\.0\.0\.1:\d+\/c\/[\w-]{67}">Offer/)
  assert.match(unfolded, /<img src="http:\/\/127\.0\.0\.1:\d+\/o\/[\w-]+\.gif"/)
  assert.match(unfolded, /News for Ada &amp; more/)
  assert.doesNotMatch(unfolded, /fanfare-link|fanfare-open|\{\{/)
})

test('an event tells of every delivery that reached an end, and one that nothing is left', async () => {
  const seen: string[] = []
  const listener = defineService({
    provides: token<object>()('test-listener'),
    needs: { events: Events },
    start({ events }) {
      events.on(Settled, 'test.settled', async ({ data }) => {
        for (const { state, contactIds } of data.groups) seen.push(...contactIds.map((id) => `${id} ${state}`))
      })
      events.on(DispatchFinished, 'test.finished', async ({ data }) => void seen.push(data.campaignId))
      return {}
    },
  })
  await using own = await openStage({}, [listener])
  const campaign = await buildCampaign(own, { recipients: [{}, { email: 'bounce+550@x.example' }] })
  await sendOut(own, campaign)
  await own.app.drain()
  const [one, two] = campaign.recipients
  const expected = [`${one?.contactId} accepted`, `${two?.contactId} failed`, campaign.campaignId]
  assert.deepEqual(seen.toSorted(), expected.toSorted())
})

test('the accounting of several campaigns comes in one answer, without those that have none', async () => {
  const tenantId = stage.app.tenant()
  const one = await buildCampaign(stage, { tenantId, count: 2 })
  const two = await buildCampaign(stage, { tenantId, count: 0 })
  const listed = await stage.engine.listAccounting({
    tenantId,
    campaignIds: [one.campaignId, two.campaignId, randomUUID()],
  })
  assert.deepEqual(
    new Map(listed.map(({ campaignId, audience, pending }) => [campaignId, [audience, pending]])),
    new Map([
      [one.campaignId, [2, 2]],
      [two.campaignId, [0, 0]],
    ]),
  )
})

test('a pause stops new hand-offs, a resume goes on exactly where it was, a cancel leaves the rest out', async () => {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { count: 60, sender: senderTo(sink.port, { messagesPerSecond: 30 }) })
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (sent) => sent >= 5,
  )
  await stage.engine.pauseDispatch(campaign)
  await eventually(
    () => countInHand(stage, campaign),
    (inHand) => inHand === 0,
  )
  const atPause = sink.messages.length
  const accounting = await stage.engine.getAccounting(campaign)
  assert.deepEqual([accounting.sent, sumOf(accounting)], [atPause, 60])
  assert.ok(atPause < 60)
  await stage.engine.resumeDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (sent) => sent >= atPause + 5,
  )
  await stage.engine.cancelDispatch(campaign)
  const final = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  assert.deepEqual([final.sent, final.sent + final.suppressed], [sink.messages.length, 60])
  assert.equal(new Set(sink.messages.map((message) => message.recipient)).size, sink.messages.length)
})

test('a test message says that it is one and counts nowhere', async () => {
  const tenantId = stage.app.tenant()
  const emailId = randomUUID()
  stage.content.emails.set(emailId, buildEmail())
  const sender = await stage.engine.ensureSandboxSender({ tenantId, fromName: 'Ada' })
  assert.deepEqual(await stage.engine.ensureSandboxSender({ tenantId, fromName: 'Ada' }), sender)
  const result = await stage.engine.sendTest({ tenantId, senderId: sender.id, emailId, to: 'me@example.org' })
  assert.equal(result.accepted, true, result.reply)
  const api = stage.app.as({ tenantId, role: 'viewer' })
  const { rows } = (await api.get('/v1/sandbox/messages')).body
  const message = (await api.get(`/v1/sandbox/messages/${rows[0].id}`)).body
  assert.equal(message.subject, 'Hello there')
  const url = /<(http[^>]+\/u\/[^>]+)>/.exec(
    message.headers.find((header: { name: string }) => header.name === 'List-Unsubscribe').value,
  )?.[1]
  assert.match(
    await (await fetch(url ?? '', { method: 'POST', body: new URLSearchParams({ a: 'b' }) })).text(),
    /test message/,
  )
})

async function dispatchState({ tenantId, campaignId }: { tenantId: string; campaignId: string }): Promise<string> {
  const row = await stage.app.db.withTenant(tenantId, (trx) =>
    trx.selectFrom('delivery.dispatch').select('state').where('id', '=', campaignId).executeTakeFirstOrThrow(),
  )
  return row.state
}
