import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Keys } from '@fanfare/kernel'
import { decodeTag } from '../src/message/tag.ts'
import { type Vendor, vendors } from './doubles/all.ts'
import type { Double } from './doubles/double.ts'
import { buildEmail, buildSender } from './factories.ts'
import { openSink } from './sink.ts'
import {
  type BuiltCampaign,
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

const doubles = {} as Record<Vendor['kind'], Double>
let stage: Stage
before(async () => {
  for (const { kind, open } of vendors) doubles[kind] = await open()
  const urls = Object.fromEntries(vendors.map(({ kind }) => [`${kind}Url`, doubles[kind].url]))
  stage = await openStage({ ...urls, batchSize: 100, maxAttempts: 4 })
})
after(async () => {
  await stage[Symbol.asyncDispose]()
  for (const double of Object.values(doubles)) await double[Symbol.asyncDispose]()
})
beforeEach(() => {
  for (const double of Object.values(doubles)) {
    double.taken.length = 0
    double.faults.length = 0
    double.fault = undefined
    double.sends = 0
    double.delayMs = 0
  }
})

/** Every message with one recipient, nobody twice, and each tag that of its delivery. */
async function assertOneEach(campaign: BuiltCampaign, double: Double, expected: number) {
  const rows = new Map((await ledgerOf(stage, campaign)).map((row) => [row.id, row]))
  assert.equal(double.taken.length, expected)
  assert.equal(new Set(double.taken.map(({ to }) => to.join())).size, expected)
  for (const { to, tag } of double.taken) {
    const named = decodeTag(stage.app.get(Keys), tag)
    assert.equal(named?.tenantId, campaign.tenantId)
    assert.deepEqual(to, [rows.get(named?.deliveryId ?? '')?.email])
  }
}

function listSenders({ tenantId }: { tenantId: string }) {
  return stage.app.as({ tenantId, role: 'owner' }).get('/v1/senders')
}

for (const { kind, sender, says } of vendors) {
  test(`${kind}: a campaign reaches everyone once and is accounted for`, async () => {
    const double = doubles[kind]
    const campaign = await buildCampaign(stage, { count: 250, sender })
    const accounting = await sendOut(stage, campaign)
    assert.deepEqual([accounting.sent, accounting.failed, accounting.unknown, sumOf(accounting)], [250, 0, 0, 250])
    await assertOneEach(campaign, double, 250)
    assert.ok(double.sends < 30, `${double.sends} calls`)
    const [message] = double.taken
    assert.equal(message?.subject, 'Hello Ada')
    assert.match(message?.headers['list-unsubscribe'] ?? '', /^<http.*\/u\/.*>$/)
    assert.match(message?.html ?? '', /\/c\/.*\/o\//s)
  })

  test(`${kind}: who is refused has failed, and the others have not`, async () => {
    const recipients = Array.from({ length: 20 }, (_, index) => (index === 7 ? { email: 'refused@example.org' } : {}))
    const campaign = await buildCampaign(stage, { recipients, sender })
    const accounting = await sendOut(stage, campaign)
    assert.deepEqual([accounting.sent, accounting.failed, sumOf(accounting)], [19, 1, 20])
    await assertOneEach(campaign, doubles[kind], 19)
  })

  test(`${kind}: errors of its own and being asked to slow down put off, and everybody gets theirs once`, async () => {
    const double = doubles[kind]
    double.faults.push(says.broken, { ...says.slowDown, headers: { ...says.slowDown.headers, 'retry-after': '1' } })
    const campaign = await buildCampaign(stage, { count: 60, sender })
    const accounting = await sendOut(stage, campaign)
    assert.deepEqual([accounting.sent, accounting.failed, accounting.unknown], [60, 0, 0])
    await assertOneEach(campaign, double, 60)
  })

  test(`${kind}: letters of a call without an answer are unknown and not sent again; the next is one alone`, async () => {
    const double = doubles[kind]
    double.faults.push('drop_after')
    const campaign = await buildCampaign(stage, { count: 250, sender })
    const accounting = await sendOut(stage, campaign)
    assert.equal(accounting.sent + accounting.unknown, 250)
    assert.ok(accounting.unknown > 0 && accounting.unknown <= 100, `${accounting.unknown} unknown`)
    // The double took those, too: nobody was sent a second copy.
    await assertOneEach(campaign, double, 250)
  })

  test(`${kind}: with a bad key everybody stays pending, few calls are made, and the sender says why`, async () => {
    const double = doubles[kind]
    double.fault = says.badKey
    const campaign = await buildCampaign(stage, { count: 120, sender })
    await stage.engine.startDispatch(campaign)
    const { body } = await eventually(
      () => listSenders(campaign),
      (reply) => reply.body.rows[0].trouble !== null,
    )
    assert.match(body.rows[0].trouble.text, /answered 40[13]/)
    await eventually(
      () => double.sends,
      (sends) => sends >= 6,
    )
    assert.ok(double.sends <= 20, `${double.sends} calls`)
    const standing = await stage.engine.getAccounting(campaign)
    assert.deepEqual([standing.pending, standing.failed, standing.sent], [120, 0, 0])
    assert.ok((await ledgerOf(stage, campaign)).every(({ attempts }) => attempts === 0))
    double.fault = undefined
    await eventually(
      () => stage.engine.getAccounting(campaign),
      ({ sent }) => sent === 120,
    )
    await assertOneEach(campaign, double, 120)
    await eventually(
      () => listSenders(campaign),
      (reply) => reply.body.rows[0].trouble === null,
    )
  })

  test(`${kind}: while it is in trouble a fallback takes over, from its own address`, async () => {
    const double = doubles[kind]
    await using sink = await openSink()
    double.fault = says.quota
    const tenantId = stage.app.tenant()
    const api = stage.app.as({ tenantId, role: 'owner' })
    const spare = await api.post(
      '/v1/senders',
      buildSender({ ...senderTo(sink.port), fromEmail: 'spare@sender.example' }),
    )
    assert.equal(spare.status, 201, spare.text)
    const campaign = await buildCampaign(stage, {
      tenantId,
      count: 150,
      sender: { ...sender, fallbackSenderIds: [spare.body.id] },
    })
    const accounting = await sendOut(stage, campaign)
    assert.deepEqual([accounting.sent, accounting.unknown, accounting.failed], [150, 0, 0])
    assert.deepEqual([double.taken.length, sink.messages.length], [0, 150])
    assert.ok(sink.messages.every(({ source }) => /^From: .*<spare@sender\.example>/m.test(source)))
    const named = (await listSenders({ tenantId })).body.rows.find((row: { id: string }) => row.id !== spare.body.id)
    assert.notEqual(named.trouble, null)
  })

  test(`${kind}: what may have been taken does not go by a fallback`, async () => {
    const double = doubles[kind]
    await using sink = await openSink()
    double.fault = 'drop_after'
    const tenantId = stage.app.tenant()
    const api = stage.app.as({ tenantId, role: 'owner' })
    const spare = await api.post('/v1/senders', buildSender(senderTo(sink.port)))
    const campaign = await buildCampaign(stage, {
      tenantId,
      count: 150,
      sender: { ...sender, fallbackSenderIds: [spare.body.id] },
    })
    const accounting = await sendOut(stage, campaign)
    assert.equal(accounting.sent + accounting.unknown, 150)
    assert.equal(accounting.unknown, double.taken.length)
    const both = [...double.taken.flatMap(({ to }) => to), ...sink.messages.map(({ recipient }) => recipient)]
    assert.deepEqual([both.length, new Set(both).size], [150, 150])
  })

  test(`${kind}: a test message goes out and tells the answer`, async () => {
    const campaign = await buildCampaign(stage, { sender })
    const { body } = await listSenders(campaign)
    const emailId = [...stage.content.emails.keys()].at(-1) as string
    const test = { tenantId: campaign.tenantId, senderId: body.rows[0].id, emailId, to: 'me@example.org' }
    const answer = await stage.engine.sendTest(test)
    assert.deepEqual([answer.accepted, doubles[kind].taken.length], [true, 1])
    assert.match(answer.reply, /took it/)
    const check = await stage.app
      .as({ tenantId: campaign.tenantId, role: 'owner' })
      .post(`/v1/senders/${test.senderId}/check`, {})
    assert.equal(check.body.checks[0].state, 'pass', check.text)
  })

  test(`${kind}: a single message whose answer was lost goes again, as the same delivery`, async () => {
    const double = doubles[kind]
    const tenantId = stage.app.tenant()
    const api = stage.app.as({ tenantId, role: 'owner' })
    const made = await api.post('/v1/senders', buildSender(sender))
    double.faults.push('drop_after')
    const order = {
      senderId: made.body.id,
      to: [{ email: 'grace@example.org' }],
      content: { kind: 'inline', subject: 'Order {{order}}', html: '<p>Thanks</p>' },
      values: { order: 17 },
    }
    const sent = await api.post('/v1/messages', order)
    assert.equal(sent.status, 202, sent.text)
    const { id } = sent.body.messages[0]
    const { body } = await eventually(
      () => api.get(`/v1/messages/${id}`),
      (reply) => reply.body.settledAt !== null,
    )
    assert.equal(body.state, 'accepted', JSON.stringify(body))
    assert.deepEqual(
      double.taken.map(({ subject }) => subject),
      ['Order 17', 'Order 17'],
    )
    assert.equal(new Set(double.taken.map(({ tag }) => tag)).size, 1)
  })
}

test('a pause stops also between the calls of letters that go one by one', async () => {
  const { kind, sender } = vendors.find((vendor) => vendor.kind === 'ses') as Vendor
  const double = doubles[kind]
  double.delayMs = 30
  // A brace behind a field: SES would read its template otherwise than we mean it, so each letter goes in a call of its own.
  const email = { ...buildEmail(), text: 'Hello {{first_name}}}' }
  const campaign = await buildCampaign(stage, { count: 100, sender, email })
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => double.sends,
    (sends) => sends >= 5,
  )
  await stage.engine.pauseDispatch(campaign)
  const atPause = await eventually(
    () => countInHand(stage, campaign),
    (inHand) => inHand === 0,
  ).then(() => double.sends)
  assert.ok(atPause < 100, `${atPause} calls were made`)
  const standing = await stage.engine.getAccounting(campaign)
  assert.deepEqual([standing.sent, standing.pending, standing.unknown], [atPause, 100 - atPause, 0])
  double.delayMs = 0
  await stage.engine.resumeDispatch(campaign)
  await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ sent }) => sent === 100,
  )
  await assertOneEach(campaign, double, 100)
})
