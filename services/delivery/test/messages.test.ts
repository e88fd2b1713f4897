import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { DeliveryTables } from '../src/store/tables.ts'
import { buildSender } from './factories.ts'
import { assertExact, type Order, openOffice } from './office.ts'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, openStage, type Stage, senderTo } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

test('each recipient gets a message of their own, with the values given for all and for them', async () => {
  const office = await openOffice(stage)
  const to = [{ email: 'one@example.org' }, { email: 'two@gmail.com', values: { total: '<2>' } }]
  const ids = await office.send({ to, tags: ['receipt'], metadata: { order: '17' } })
  assert.equal(ids.length, 2)
  for (const id of ids) assert.equal((await office.settled(id)).state, 'accepted')
  const { rows } = (await office.api.get('/v1/sandbox/messages')).body
  const seen = await Promise.all(
    rows.map(async ({ id }: { id: string }) => (await office.api.get(`/v1/sandbox/messages/${id}`)).body),
  )
  const byAddress = new Map(seen.map((message) => [message.to[0], message]))
  assert.match(byAddress.get('one@example.org').html, /Total 9 €/)
  assert.match(byAddress.get('two@gmail.com').html, /Total &lt;2&gt;/)
  assert.equal(byAddress.get('one@example.org').subject, 'Order 17')
  assert.deepEqual(byAddress.get('one@example.org').to, ['one@example.org'])
  const message = await office.read(ids[0] as string)
  assert.partialDeepStrictEqual(message, { email: 'one@example.org', tags: ['receipt'], metadata: { order: '17' } })
  assert.deepEqual(
    message.story.map(({ kind }) => kind),
    ['queued', 'accepted'],
  )
  await assertExact(stage, office.tenantId)
})

test('what an order gets wrong is told before anything is kept', async () => {
  const office = await openOffice(stage)
  const refused = async (change: Partial<Order>, status: number, code: string, text = /./) => {
    const reply = await office.api.post('/v1/messages', office.build(change))
    assert.deepEqual([reply.status, reply.body.code], [status, code], reply.text)
    assert.match(reply.text, text)
  }
  await refused({ values: { order: 1 } }, 422, 'delivery.values_missing', /total/)
  await refused({ senderId: randomUUID() }, 404, 'delivery.sender_missing')
  await refused({ to: [{ email: 'a..b@example.org' }] }, 400, 'http.invalid')
  await refused({ to: Array.from({ length: 51 }, (_, at) => ({ email: `p${at}@x.example` })) }, 400, 'http.invalid')
  await refused({ content: { kind: 'inline', subject: 'x' } }, 400, 'delivery.content_empty')
  await refused({ content: { kind: 'inline', subject: 'x\r\nBcc: a@b.example', html: 'x' } }, 400, 'http.invalid')
  await refused({ headers: { 'X-A': 'b\r\nBcc: c@d.example' } }, 400, 'http.invalid')
  await refused({ headers: { Bcc: 'c@d.example' } }, 400, 'http.invalid', /made by Fanfare/)
  await refused({ tags: Array.from({ length: 11 }, (_, at) => `t${at}`) }, 400, 'http.invalid')
  await refused(
    { sendAt: new Date(stage.app.clock.now().getTime() - 1).toISOString() },
    400,
    'delivery.send_at_invalid',
  )
  await refused({ sendAt: '2199-01-01T00:00:00Z' }, 400, 'delivery.send_at_invalid')
  const big = Buffer.alloc(6 * 1024 * 1024).toString('base64')
  const attachments = [1, 2].map((at) => ({ fileName: `${at}.bin`, content: big }))
  await refused({ attachments }, 400, 'delivery.attachments_too_large')
  assert.deepEqual((await office.api.get('/v1/messages')).body, { rows: [], nextCursor: null })
})

test('a call repeated with its key is one order, also when many come at once; another order under it is refused', async () => {
  const office = await openOffice(stage)
  const headers = { 'idempotency-key': 'reset-1' }
  const body = office.build()
  const replies = await Promise.all(Array.from({ length: 12 }, () => office.api.post('/v1/messages', body, headers)))
  const taken = replies.filter(({ status }) => status === 202)
  assert.ok(taken.length > 0)
  for (const reply of replies) assert.ok([202, 409].includes(reply.status), reply.text)
  const again = await office.api.post('/v1/messages', body, headers)
  for (const reply of taken) assert.deepEqual(reply.body, again.body)
  const other = await office.api.post('/v1/messages', { ...body, tags: ['other'] }, headers)
  assert.equal(other.status, 409)
  assert.equal((await office.api.get('/v1/messages')).body.rows.length, 1)
})

test('the key holds even where the answer was never kept', async () => {
  const office = await openOffice(stage)
  const headers = { 'idempotency-key': 'reset-2' }
  const first = await office.api.post('/v1/messages', office.build(), headers)
  // As if the process had died between the order and the note of its answer.
  await stage.app.db.withTenant(office.tenantId, (trx) => trx.deleteFrom('kernel_http.idempotency').execute())
  assert.deepEqual((await office.api.post('/v1/messages', office.build(), headers)).body, first.body)
  await stage.app.db.withTenant(office.tenantId, (trx) => trx.deleteFrom('kernel_http.idempotency').execute())
  const other = await office.api.post('/v1/messages', office.build({ tags: ['x'] }), headers)
  assert.deepEqual([other.status, other.body.code], [409, 'delivery.request_reused'])
  assert.equal((await office.api.get('/v1/messages')).body.rows.length, 1)
})

test('a template is an email of the workspace, and a contact’s fields fill what the call does not', async () => {
  const office = await openOffice(stage)
  const emailId = randomUUID()
  stage.content.emails.set(emailId, {
    subject: 'Hi {{first_name}}',
    preheader: '',
    html: '<p>{{code}}</p>',
    text: '{{code}}',
  })
  const contactId = randomUUID()
  const email = `known.${contactId.slice(0, 8)}@example.org`
  stage.audience.contacts.set(contactId, {
    contactId,
    email,
    values: { first_name: 'Ada' },
    subscribed: false,
    listIds: [],
  })
  const content = { kind: 'template' as const, emailId }
  const stranger = await office.api.post('/v1/messages', office.build({ content, values: { code: '1' } }))
  assert.equal(stranger.body.code, 'delivery.values_missing')
  const [id] = await office.send({ content, values: { code: '42' }, to: [{ email }] })
  const message = await office.settled(id as string)
  assert.partialDeepStrictEqual(message, { state: 'accepted', contactId, emailId })
  const [{ id: seen }] = (await office.api.get('/v1/sandbox/messages')).body.rows
  assert.equal((await office.api.get(`/v1/sandbox/messages/${seen}`)).body.subject, 'Hi Ada')
})

test('an unsubscribe does not keep a message away; a bounce does, and a bounce of a message is remembered', async () => {
  await using sink = await openSink((stageName, { recipient }) =>
    stageName === 'rcpt' && recipient.startsWith('gone') ? '550 5.1.1 no such user' : undefined,
  )
  const office = await openOffice(stage, sink)
  const gone = `gone.${randomUUID().slice(0, 8)}@example.org`
  const [first] = await office.send({ to: [{ email: gone }] })
  assert.equal((await office.settled(first as string)).state, 'failed')
  assert.deepEqual(stage.audience.suppressedAddresses.at(-1), { emails: [gone], reason: 'hard_bounce' })
  const [second] = await office.send({ to: [{ email: gone }] })
  const message = await office.settled(second as string)
  assert.deepEqual([message.state, message.reason], ['suppressed', 'The address bounced before'])
  await assertExact(stage, office.tenantId)
})

test('attachments and headers go along, in a message that keeps its texts', async () => {
  await using sink = await openSink()
  const office = await openOffice(stage, sink)
  const content = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 256))
  const attachments = [
    { fileName: 'Rechnung März.pdf', contentType: 'application/pdf', content: content.toString('base64') },
    { fileName: 'logo.png', contentType: 'image/png', content: content.toString('base64'), contentId: 'logo' },
  ]
  const headers = { 'X-Order': '17', References: `<${'a'.repeat(70)}@example.org> <b@example.org>`, 'X-Name': 'Zoë' }
  const [id] = await office.send({ attachments, headers, replyTo: 'help@example.org' })
  await office.settled(id as string)
  const source = sink.messages[0]?.source ?? ''
  assert.ok(source.split('\r\n').every((line) => line.length <= 998))
  assert.match(source, /^X-Order: 17\r\n/m)
  assert.match(source, /^Reply-To: <help@example\.org>\r\n/m)
  assert.match(source, /^References: <a{70}@example\.org>\r\n <b@example\.org>\r\n/m)
  assert.match(source, /^X-Name: =\?UTF-8\?B\?Wm/m)
  assert.match(source, /multipart\/mixed.*multipart\/related.*multipart\/alternative/s)
  assert.match(source, /filename\*0\*=UTF-8''Rechnung%20M%C3%A4rz\.pdf/)
  assert.match(source, /Content-ID: <logo>/)
  const encoded = content.toString('base64').replace(/.{76}/g, '$&\r\n')
  assert.equal(source.split(encoded).length, 3)
  assert.doesNotMatch(source, /^List-Unsubscribe/m)
  assert.deepEqual((await office.read(id as string)).attachments[0], {
    fileName: 'Rechnung März.pdf',
    contentType: 'application/pdf',
    bytes: 1000,
  })
})

test('opens and clicks of a tracked message are in its story; others have no pixel', async () => {
  await using sink = await openSink()
  const office = await openOffice(stage, sink)
  const content = { kind: 'inline' as const, subject: 'x', html: '<p><a href="https://shop.example/a">A</a></p>' }
  const [plain] = await office.send({ content })
  await office.settled(plain as string)
  assert.doesNotMatch(sink.messages[0]?.source ?? '', /\/o\//)
  const [id] = await office.send({ content, tracking: true })
  await office.settled(id as string)
  const source = (sink.messages[1]?.source ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
  const link = /href="[^"]*(\/c\/[A-Za-z0-9_-]+)"/.exec(source)?.[1] as string
  const clicked = await stage.app.anonymous.get(link)
  assert.equal(clicked.headers.get('location'), 'https://shop.example/a')
  const message = await eventually(
    () => office.read(id as string),
    ({ story }) => story.some(({ kind }) => kind === 'clicked'),
  )
  assert.equal(message.story.find(({ kind }) => kind === 'clicked')?.text, 'https://shop.example/a')
})

test('a scheduled message waits for its time and can be cancelled until then', async () => {
  await using sink = await openSink()
  const office = await openOffice(stage, sink)
  const soon = new Date(Date.now() + 1_500)
  const [id] = await office.send({ sendAt: soon.toISOString() })
  const far = new Date(stage.app.clock.now().getTime() + 86_400_000).toISOString()
  const [cancelled] = await office.send({ sendAt: far })
  assert.partialDeepStrictEqual(await office.read(cancelled as string), { state: 'queued', sendAt: far, dueAt: far })
  for (let times = 0; times < 2; times++) {
    const reply = await office.api.post(`/v1/messages/${cancelled}/cancel`)
    assert.deepEqual([reply.status, reply.body.state, reply.body.dueAt], [200, 'cancelled', null], reply.text)
  }
  const message = await office.settled(id as string)
  assert.equal(message.state, 'accepted')
  assert.ok(new Date(message.settledAt as string).getTime() >= soon.getTime())
  const late = await office.api.post(`/v1/messages/${id}/cancel`)
  assert.deepEqual([late.status, late.body.code], [409, 'delivery.message_leaving'])
  assert.equal(sink.messages.length, 1)
  await assertExact(stage, office.tenantId)
})

test('a message of unknown end is sent again under the same Message-ID, and the story tells both tries', async () => {
  let drops = 1
  await using sink = await openSink((stageName) => (stageName === 'content' && drops-- > 0 ? 'drop' : undefined))
  const office = await openOffice(stage, sink)
  const [id] = await office.send()
  const message = await office.settled(id as string)
  assert.deepEqual([message.state, message.attempts], ['accepted', 2])
  assert.deepEqual(
    message.story.map(({ kind }) => kind),
    ['queued', 'deferred', 'accepted'],
  )
  assert.match(message.story[1]?.text ?? '', /same Message-ID/)
  assert.match(sink.messages.at(-1)?.source ?? '', new RegExp(`Message-ID: <${message.tag}@`))
  await assertExact(stage, office.tenantId)
})

test('messages are listed newest first, by tag, recipient and state', async () => {
  const office = await openOffice(stage)
  const ids: string[] = []
  for (const [email, tag] of [
    ['a@example.org', 'one'],
    ['B@example.org', 'two'],
    ['bounce+550@example.org', 'two'],
  ] as const) {
    ids.push(...(await office.send({ to: [{ email }], tags: [tag, 'all'] })))
  }
  for (const id of ids) await office.settled(id)
  const list = async (query: string) => {
    const { body } = await office.api.get(`/v1/messages?${query}`)
    return body.rows.map(({ id }: { id: string }) => ids.indexOf(id))
  }
  assert.deepEqual(await list('tag=all'), [2, 1, 0])
  assert.deepEqual(await list('tag=two'), [2, 1])
  assert.deepEqual(await list('recipient=b@example.org'), [1])
  assert.deepEqual(await list('state=failed'), [2])
  const first = (await office.api.get('/v1/messages?limit=2')).body
  assert.equal(first.rows.length, 2)
  assert.deepEqual(await list(`limit=2&cursor=${first.nextCursor}`), [0])
})

test('a message overtakes a running campaign of the same sender', async () => {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { count: 400, sender: senderTo(sink.port, { messagesPerSecond: 100 }) })
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  const [{ id: senderId }] = (await api.get('/v1/senders')).body.rows
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (count) => count > 20,
  )
  const content = { kind: 'inline' as const, subject: 'Code', text: '1234' }
  const reply = await api.post('/v1/messages', { senderId, to: [{ email: 'now@example.org' }], content })
  assert.equal(reply.status, 202, reply.text)
  await eventually(
    () => sink.messages.some(({ recipient }) => recipient === 'now@example.org'),
    (isThere) => isThere,
  )
  assert.ok(sink.messages.length < 400, `${sink.messages.length} had left before`)
  await stage.engine.cancelDispatch(campaign)
})

test('messages that come while others wait go together, and each keeps its own content', async () => {
  await using sink = await openSink()
  const office = await openOffice(stage, sink)
  const change = { messagesPerSecond: 20, ...senderTo(sink.port) }
  const slowed = await office.api.put(`/v1/senders/${office.senderId}`, buildSender(change))
  assert.equal(slowed.status, 200, slowed.text)
  const sent = await Promise.all(
    Array.from({ length: 30 }, async (_, order) => {
      const [id] = await office.send({
        to: [{ email: `p${order}@example.org` }],
        values: { order, total: `T${order}` },
      })
      return id as string
    }),
  )
  for (const id of sent) assert.equal((await office.settled(id)).state, 'accepted')
  assert.equal(sink.messages.length, 30)
  for (const { recipient, source } of sink.messages) {
    const number = recipient.slice(1, recipient.indexOf('@'))
    assert.match(source, new RegExp(`^Subject: Order ${number}\r\n.*^T${number}=\r\n`, 'ms'))
  }
  await assertExact(stage, office.tenantId)
  const batches = await stage.app.db
    .as<DeliveryTables>()
    .withTenant(office.tenantId, (trx) => trx.selectFrom('delivery.batch').select('size').execute())
  assert.ok(batches.length < 30, `${batches.length} batches`)
})

test('who may only look cannot send', async () => {
  const office = await openOffice(stage)
  const viewer = stage.app.as({ tenantId: office.tenantId, role: 'viewer' })
  assert.equal((await viewer.post('/v1/messages', office.build())).status, 403)
  assert.equal((await viewer.get('/v1/messages')).status, 200)
  const sender = stage.app.as({ tenantId: office.tenantId, role: 'sender' })
  assert.equal((await sender.post('/v1/messages', office.build())).status, 202)
  assert.equal((await sender.get('/v1/senders')).status, 403)
  assert.equal((await stage.app.anonymous.post('/v1/messages', office.build())).status, 401)
  const [id] = await office.send({ sendAt: new Date(stage.app.clock.now().getTime() + 86_400_000).toISOString() })
  const stranger = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  for (const path of [`/v1/messages/${id}`, `/v1/deliveries/${id}`])
    assert.equal((await stranger.get(path)).status, 404)
  assert.equal((await stranger.post(`/v1/messages/${id}/cancel`)).status, 404)
})
