import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Events } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Engaged, FeedbackReceived, WebhookEvent, type WebhookEventType, webhookEventTypes } from '../src/contract.ts'
import { readMessage } from '../src/sandbox/message.ts'
import { buildSender } from './factories.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, ledgerOf, type Stage, senderTo, sendOut } from './stage.ts'
import { buildWebhook, messagesOf, openWebhookStage, settle } from './webhook-stage.ts'

type Feedback = z.input<typeof FeedbackReceived.data>['feedback'][number]
/** An event as a receiver that knows the contract reads it. */
interface Told {
  readonly type: string
  readonly data: Record<string, unknown>
}

let stage: Stage
before(async () => {
  stage = await openWebhookStage()
})
after(() => stage[Symbol.asyncDispose]())

const everything = [...webhookEventTypes]
const toldTo = ({ calls }: Receiver): Told[] => calls.map(({ body }) => WebhookEvent.parse(JSON.parse(body)) as Told)
const toldOf = (receiver: Receiver, type: WebhookEventType) => toldTo(receiver).filter((told) => told.type === type)

test('of a campaign every outcome is told with person and reason, and its end', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, receiver.url, { tenantId, types: everything })
  await using sink = await openSink((at, { recipient }) => {
    return at === 'rcpt' && recipient.startsWith('gone') ? '550 5.1.1 No such user' : undefined
  })
  const recipients = [{}, {}, { email: 'gone@example.org' }, { email: 'blocked@example.org' }]
  const campaign = await buildCampaign(stage, { tenantId, recipients, sender: senderTo(sink.port) })
  stage.audience.blocked.set(campaign.recipients[3]?.contactId ?? '', 'unsubscribed')
  await sendOut(stage, campaign)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 6,
  )
  const accepted = toldOf(receiver, 'message.accepted').map(({ data }) => data)
  assert.deepEqual(
    new Set(accepted.map(({ email }) => email)),
    new Set(campaign.recipients.slice(0, 2).map(({ email }) => email)),
  )
  const rows = await ledgerOf(stage, campaign)
  const first = rows.find(({ email }) => email === campaign.recipients[0]?.email)
  assert.deepEqual(
    accepted.find(({ messageId }) => messageId === first?.id),
    {
      ...{ messageId: first?.id, campaignId: campaign.campaignId, variantId: campaign.variantId },
      ...{ contactId: first?.contact_id, email: first?.email },
    },
  )
  const [failed, suppressed] = [toldOf(receiver, 'message.failed'), toldOf(receiver, 'message.suppressed')]
  assert.equal(failed[0]?.data.email, 'gone@example.org')
  assert.match(String(failed[0]?.data.reason), /No such user/)
  assert.equal(toldOf(receiver, 'message.bounced')[0]?.data.email, 'gone@example.org')
  assert.deepEqual(
    [suppressed[0]?.data.email, suppressed[0]?.data.reason],
    ['blocked@example.org', 'The person has unsubscribed'],
  )
  assert.deepEqual(toldOf(receiver, 'campaign.finished')[0]?.data, { campaignId: campaign.campaignId })
})

test('a message by the API is told under the id that its sender was given, outside any campaign', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, receiver.url, { tenantId, types: everything })
  const api = stage.app.as({ tenantId, role: 'owner' })
  const sender = await api.post('/v1/senders', buildSender())
  const sent = await api.post('/v1/messages', {
    senderId: sender.body.id,
    to: [{ email: 'grace@example.org' }],
    content: { kind: 'inline', subject: 'Your order', html: '<p>It is on its way</p>' },
  })
  assert.equal(sent.status, 202, sent.text)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 1,
  )
  const { messageId, campaignId, email } = toldOf(receiver, 'message.accepted')[0]?.data ?? {}
  assert.deepEqual([messageId, campaignId, email], [sent.body.messages[0].id, null, 'grace@example.org'])
})

test('an open and a click are told with how likely a machine did it', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, receiver.url, { tenantId, types: ['message.opened', 'message.clicked'] })
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { tenantId, sender: senderTo(sink.port) })
  await sendOut(stage, campaign)
  const { html } = await readMessage(Buffer.from(sink.messages[0]?.source ?? '', 'latin1'))
  const find = (letter: string) => html.match(new RegExp(`"http://[^/"]+(/${letter}/[^"]+)"`))?.[1] ?? ''
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Firefox/140.0' }
  await stage.app.anonymous.get(find('o'), browser)
  await stage.app.anonymous.get(find('c'), browser)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 2,
  )
  const [opened, clicked] = [toldOf(receiver, 'message.opened')[0], toldOf(receiver, 'message.clicked')[0]]
  assert.equal(opened?.data.email, campaign.recipients[0]?.email)
  assert.equal(clicked?.data.url, 'https://shop.example/offer?a=1&b=2')
  assert.ok(Number(clicked?.data.machine) >= 0 && Number(clicked?.data.machine) <= 1)
})

test('what is heard later is told: bounces with their reason, complaints, deferrals; an automatic reply is not', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, receiver.url, { tenantId, types: everything })
  const kinds = ['delivered', 'delayed', 'bounced', 'complained', 'unsubscribed', 'replied', 'auto_replied'] as const
  const feedback = kinds.map((kind): Feedback => {
    const at = '2026-03-01T12:00:00.000Z'
    const reason = kind === 'bounced' ? 'mailbox_full' : null
    const who = { deliveryId: randomUUID(), campaignId: null, variantId: null, contactId: randomUUID() }
    return { ...who, kind, hard: false, reason, at }
  })
  await stage.app.db.withTenant(tenantId, () => stage.app.get(Events).publish(FeedbackReceived, { feedback }))
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 6,
  )
  assert.deepEqual(
    toldTo(receiver)
      .map(({ type }) => type)
      .sort(),
    ['bounced', 'complained', 'deferred', 'delivered', 'replied', 'unsubscribed'].map((type) => `message.${type}`),
  )
  const { contactId, deliveryId } = feedback[2] as Feedback
  assert.deepEqual(toldOf(receiver, 'message.bounced')[0]?.data, {
    ...{ messageId: deliveryId, campaignId: null, variantId: null, contactId, email: null },
    ...{ hard: false, reason: 'mailbox_full' },
  })
})

test('a webhook is told only of what it wants', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, `${receiver.url}failed`, { tenantId, types: ['message.failed'] })
  await buildWebhook(stage, `${receiver.url}accepted`, { tenantId, types: ['message.accepted'] })
  await settle(stage, tenantId, 2)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 2,
  )
  assert.deepEqual(new Set(receiver.calls.map(({ path }) => path)), new Set(['/accepted']))
})

test('an event that is handled again makes no second message', async () => {
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  await settle(stage, webhook.tenantId, 3)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 3,
  )
  const replayed = await stage.app.get(Events).replay('delivery.tell-webhooks-of-settled', { since: new Date(0) })
  assert.ok(replayed > 0)
  await stage.app.get(Events).drain()
  assert.equal((await messagesOf(stage, webhook)).length, 3)
  assert.equal(receiver.calls.length, 3)
})

test('a thousand outcomes of one event become messages in one go, and each is called once', async () => {
  await using receiver = await openReceiver()
  const webhook = await buildWebhook(stage, receiver.url)
  const deliveryIds = await settle(stage, webhook.tenantId, 1_000)
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 1_000,
  )
  const told = toldTo(receiver).map(({ data }) => data.messageId)
  assert.deepEqual(new Set(told), new Set(deliveryIds))
  const { rows } = await stage.app.db.withTenant(webhook.tenantId, (trx) =>
    sql`select distinct created_at from delivery.webhook_message`.execute(trx),
  )
  assert.equal(rows.length, 1)
})

test('a body stays below 20 KB: an address that is too long is left out, what a server said is cut', async () => {
  await using receiver = await openReceiver()
  const tenantId = stage.app.tenant()
  await buildWebhook(stage, receiver.url, { tenantId, types: ['message.clicked'] })
  const hit = (url: string) => ({
    ...{ id: randomUUID(), deliveryId: randomUUID(), campaignId: null, variantId: null, contactId: null },
    ...{ kind: 'click' as const, url, machine: 0, at: '2026-03-01T12:00:00.000Z' },
  })
  const [fits, tooLong] = [`https://x.example/${'ü'.repeat(3_900)}`, `https://x.example/${'ü'.repeat(4_100)}`]
  await stage.app.db.withTenant(tenantId, () =>
    stage.app.get(Events).publish(Engaged, { hits: [hit(fits), hit(tooLong)] }),
  )
  await eventually(
    () => receiver.calls.length,
    (calls) => calls === 2,
  )
  assert.deepEqual(new Set(toldTo(receiver).map(({ data }) => data.url)), new Set([fits, null]))
  for (const { body } of receiver.calls) assert.ok(Buffer.byteLength(body) < 20_000)
})
