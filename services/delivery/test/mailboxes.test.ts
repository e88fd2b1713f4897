import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Audience } from '@fanfare/audience/contract'
import { Db, defineService, Events, Keys, Live, token } from '@fanfare/kernel'
import { DeliveryConfig } from '../src/config.ts'
import type { FeedbackEntry, Mailbox } from '../src/contract.ts'
import type { ReceiveDeps } from '../src/intake/receive.ts'
import { pollMailbox } from '../src/mailboxes/poll.ts'
import { encodeTag } from '../src/message/tag.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { type Dovecot, openDovecot, whyNoDovecot } from './dovecot.ts'
import { openSink } from './sink.ts'
import { type BuiltCampaign, buildCampaign, ledgerOf, openStage, type Stage, senderTo, sendOut } from './stage.ts'

const skip = whyNoDovecot() ?? false

/** What a poll is made of, to be run and broken by hand. */
const Poller = token<ReceiveDeps>()('test-poller')
const poller = defineService({
  provides: Poller,
  needs: { db: Db, events: Events, live: Live, audience: Audience, keys: Keys },
  start: ({ db, ...needs }, { ids, clock, log }) => ({
    ...needs,
    ...{ ids, clock, log },
    db: db.as<DeliveryTables>(),
    config: DeliveryConfig.parse({ replyTimeoutMs: 5_000 }),
    counts: { add: () => {} },
    progress: { changed: () => {}, close: () => {} },
  }),
})

let stage: Stage
let dovecot: Dovecot
before(async () => {
  if (skip) return
  dovecot = await openDovecot()
  stage = await openStage({}, [poller])
})
after(async () => {
  if (skip) return
  await stage[Symbol.asyncDispose]()
  await dovecot[Symbol.asyncDispose]()
})

const asOwner = (tenantId: string) => stage.app.as({ tenantId, role: 'owner' })

/** A mailbox that is only read when a test says so. */
async function addMailbox(tenantId: string, user: string, protocol: 'imap' | 'pop3', change: object = {}) {
  const made = await asOwner(tenantId).post('/v1/mailboxes', {
    name: `${protocol} of ${user}`,
    protocol,
    host: '127.0.0.1',
    port: dovecot.ports[protocol],
    tls: 'none',
    username: user,
    password: dovecot.password,
    active: false,
    ...change,
  })
  assert.equal(made.status, 201, made.text)
  return made.body as Mailbox
}

async function poll(tenantId: string, { id }: Mailbox, change: Partial<ReceiveDeps> = {}) {
  const deps = { ...stage.app.get(Poller), ...change }
  const activate = (active: boolean) =>
    deps.db.withTenant(tenantId, (trx) =>
      trx.updateTable('delivery.mailbox').set({ active }).where('id', '=', id).execute(),
    )
  await activate(true)
  const taken = await pollMailbox(deps, { tenantId, mailboxId: id })
  await activate(false)
  const { body } = await asOwner(tenantId).get('/v1/mailboxes')
  return { taken, mailbox: body.rows.find((row: Mailbox) => row.id === id) as Mailbox }
}

async function delivered(count: number) {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { count, sender: senderTo(sink.port) })
  await sendOut(stage, campaign)
  return { campaign, rows: await ledgerOf(stage, campaign) }
}

function bounceOf({ tenantId }: BuiltCampaign, row: { id: string; email: string }, note = ''): string {
  const tag = encodeTag(stage.app.get(Keys), { tenantId, deliveryId: row.id })
  return [
    'Return-Path: <>',
    'From: MAILER-DAEMON@mx.example.org',
    `Message-ID: <${randomUUID()}@mx.example.org>`,
    'Subject: Undelivered Mail Returned to Sender',
    '',
    `This is the mail system. Your message could not be delivered. ${note}`,
    '',
    `<${row.email}>: host mx.example.org said: 550 5.1.1 User unknown (in reply to RCPT TO command)`,
    '',
    '--- Below this line is a copy of the message.',
    '',
    'Return-Path: <ada@sender.example>',
    `Message-ID: <${tag}@sender.example>`,
    `To: ${row.email}`,
    'Subject: Hello',
    '',
    'Hello',
  ].join('\r\n')
}

async function heardOf(tenantId: string): Promise<FeedbackEntry[]> {
  const { body } = await asOwner(tenantId).get('/v1/feedback?limit=100')
  return body.rows
}

for (const protocol of ['imap', 'pop3'] as const) {
  test(`over ${protocol}, each message is recorded once, also when it stays on the server`, { skip }, async () => {
    const { campaign, rows } = await delivered(30)
    const { tenantId } = campaign
    const user = `stays-${protocol}`
    for (const row of rows) await dovecot.deliver(user, bounceOf(campaign, row))
    const mailbox = await addMailbox(tenantId, user, protocol)
    assert.equal((await poll(tenantId, mailbox)).taken, 30)
    assert.equal((await poll(tenantId, mailbox)).taken, 0)
    await dovecot.deliver(user, 'From: ann@example.org\r\nSubject: Lunch?\r\n\r\nToday?')
    const { taken, mailbox: read } = await poll(tenantId, mailbox)
    assert.deepEqual([taken, read.handled, read.unmatched, read.broken, read.trouble], [1, 30, 1, 0, null])
    assert.equal((await heardOf(tenantId)).filter(({ hard }) => hard).length, 30)
    assert.equal(await dovecot.count(user), 31)
  })

  test(`over ${protocol}, what is recorded leaves the server if wanted; what people wrote never does`, {
    skip,
  }, async () => {
    const { campaign, rows } = await delivered(3)
    const { tenantId } = campaign
    const user = `leaves-${protocol}`
    for (const row of rows) await dovecot.deliver(user, bounceOf(campaign, row))
    const tag = encodeTag(stage.app.get(Keys), { tenantId, deliveryId: rows[0]?.id as string })
    await dovecot.deliver(user, `From: ann@x.example\r\nSubject: Re: Hello\r\nIn-Reply-To: <${tag}@x>\r\n\r\nYes`)
    await dovecot.deliver(user, 'From: ann@example.org\r\nSubject: Lunch?\r\n\r\nToday?')
    const mailbox = await addMailbox(tenantId, user, protocol, { removeHandled: true })
    assert.equal((await poll(tenantId, mailbox)).taken, 5)
    assert.equal(await dovecot.count(user), 2)
    assert.equal((await poll(tenantId, mailbox)).taken, 0)
    assert.deepEqual((await heardOf(tenantId)).map(({ kind }) => kind).toSorted(), [
      'bounced',
      'bounced',
      'bounced',
      'replied',
    ])
  })

  test(`over ${protocol}, a message that cannot be recorded is kept, and holds up no other`, { skip }, async () => {
    const { campaign, rows } = await delivered(4)
    const { tenantId } = campaign
    const user = `broken-${protocol}`
    for (const row of rows) await dovecot.deliver(user, bounceOf(campaign, row))
    const mailbox = await addMailbox(tenantId, user, protocol)
    const { events } = stage.app.get(Poller)
    let failing = rows[1]?.id as string
    const publish: typeof events.publish = async (definition, data) => {
      if (JSON.stringify(data).includes(failing)) throw new Error('this one is poison')
      return events.publish(definition, data)
    }
    const broken = await poll(tenantId, mailbox, { events: { ...events, publish } })
    assert.deepEqual([broken.mailbox.handled, broken.mailbox.broken], [3, 1])
    assert.equal((await heardOf(tenantId)).length, 3)
    failing = 'nothing'
    assert.equal((await poll(tenantId, mailbox)).taken, 0)
    const { body } = await asOwner(tenantId).get(`/v1/mailboxes/${mailbox.id}/messages?state=broken`)
    assert.equal(body.rows.length, 1)
    assert.match(body.rows[0].failure, /poison/)
  })

  test(`over ${protocol}, a poll that dies is taken up where it was, and says nothing twice`, { skip }, async () => {
    const { campaign, rows } = await delivered(60)
    const { tenantId } = campaign
    const user = `dies-${protocol}`
    for (const row of rows) await dovecot.deliver(user, bounceOf(campaign, row))
    const mailbox = await addMailbox(tenantId, user, protocol)
    const stopping = new AbortController()
    const { counts, ...rest } = stage.app.get(Poller)
    let seen = 0
    const deps = { ...rest, counts: { add: () => void (++seen === 30 && stopping.abort()) } }
    await deps.db.withTenant(tenantId, (trx) =>
      trx.updateTable('delivery.mailbox').set({ active: true }).where('id', '=', mailbox.id).execute(),
    )
    const first = await pollMailbox(deps, { tenantId, mailboxId: mailbox.id }, stopping.signal)
    assert.ok(first >= 30 && first < 60, `took ${first}`)
    assert.equal((await poll(tenantId, mailbox)).taken, 60 - first)
    assert.equal((await heardOf(tenantId)).length, 60)
  })

  test(`over ${protocol}, a bounce of another workspace's delivery changes nothing`, { skip }, async () => {
    const theirs = await delivered(1)
    const { campaign } = await delivered(1)
    const user = `foreign-${protocol}`
    await dovecot.deliver(user, bounceOf(theirs.campaign, theirs.rows[0] as { id: string; email: string }))
    const mailbox = await addMailbox(campaign.tenantId, user, protocol)
    const { mailbox: read } = await poll(campaign.tenantId, mailbox)
    assert.deepEqual([read.handled, read.unmatched], [0, 1])
    assert.deepEqual(await heardOf(theirs.campaign.tenantId), [])
  })

  test(`over ${protocol}, TLS is verified, from the first byte and by STARTTLS`, { skip }, async () => {
    const tenantId = stage.app.tenant()
    const user = `tls-${protocol}`
    await dovecot.deliver(user, 'From: ann@example.org\r\nSubject: Lunch?\r\n\r\nToday?')
    const implicit = await addMailbox(tenantId, user, protocol, {
      name: 'implicit',
      tls: 'implicit',
      host: 'localhost',
      port: dovecot.ports[`${protocol}s`],
    })
    const starting = await addMailbox(tenantId, user, protocol, {
      name: 'starting',
      tls: 'required',
      host: 'localhost',
    })
    const check = async ({ id }: Mailbox) => (await asOwner(tenantId).post(`/v1/mailboxes/${id}/check`, {})).body
    for (const mailbox of [implicit, starting]) {
      const refused = await check(mailbox)
      assert.equal(refused.ok, false, mailbox.name)
      assert.match(refused.text, /certificate/i)
    }
    const usual = getCACertificates('default')
    setDefaultCACertificates([...usual, dovecot.certificate])
    try {
      for (const mailbox of [implicit, starting]) {
        const checked = await check(mailbox)
        assert.deepEqual([checked.ok, checked.messages], [true, 1], checked.text)
      }
    } finally {
      setDefaultCACertificates(usual)
    }
  })

  test(`over ${protocol}, trouble is told in words and ends by itself`, { skip }, async () => {
    const tenantId = stage.app.tenant()
    const user = `trouble-${protocol}`
    await dovecot.deliver(user, 'From: ann@example.org\r\nSubject: Lunch?\r\n\r\nToday?')
    const mailbox = await addMailbox(tenantId, user, protocol, { password: 'wrong' })
    const { mailbox: refused } = await poll(tenantId, mailbox)
    assert.match(refused.trouble ?? '', /refused the user name or password/)
    const { id, handled, unmatched, broken, polledAt, trouble, createdAt, ...settings } = mailbox
    const changed = await asOwner(tenantId).put(`/v1/mailboxes/${id}`, { ...settings, password: dovecot.password })
    assert.equal(changed.status, 200, changed.text)
    const { taken, mailbox: mended } = await poll(tenantId, mailbox)
    assert.deepEqual([taken, mended.trouble], [1, null])
  })
}

test('an active mailbox is read by itself', { skip }, async () => {
  const { campaign, rows } = await delivered(1)
  await dovecot.deliver('by-itself', bounceOf(campaign, rows[0] as { id: string; email: string }))
  await addMailbox(campaign.tenantId, 'by-itself', 'imap', { active: true })
  await stage.app.drain()
  assert.equal((await heardOf(campaign.tenantId)).length, 1)
})

test('a password is not sent to another server, nor over the network in plain text', { skip }, async () => {
  const tenantId = stage.app.tenant()
  const mailbox = await addMailbox(tenantId, 'moves', 'imap')
  assert.equal('password' in mailbox, false)
  const { id, handled, unmatched, broken, polledAt, trouble, createdAt, ...settings } = mailbox
  const put = (change: object) => asOwner(tenantId).put(`/v1/mailboxes/${id}`, { ...settings, ...change })
  const moved = await put({ host: 'mail.elsewhere.example', tls: 'implicit' })
  assert.equal(moved.body.code, 'delivery.mailbox_password_missing')
  const plain = await put({ host: 'mail.elsewhere.example', password: 'x' })
  assert.equal(plain.body.code, 'delivery.plain_auth')
  assert.equal((await asOwner(tenantId).delete(`/v1/mailboxes/${id}`)).status, 204)
  assert.equal((await asOwner(tenantId).delete(`/v1/mailboxes/${id}`)).body.code, 'delivery.mailbox_missing')
})
