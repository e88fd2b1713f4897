import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { compose } from '../src/mail/letter.ts'
import { createSmtpTransport, isRefusedForGood } from '../src/mail/transport.ts'
import { bootIdentity, buildOwner } from './factories.ts'
import { mailsTo } from './mails.ts'

interface Server extends AsyncDisposable {
  readonly port: number
  readonly received: string[]
  readonly logins: string[]
}

/** A mail server of the operator's: takes what it is given, or refuses every recipient with a status. */
async function openMailServer({ refuse }: { refuse?: number } = {}): Promise<Server> {
  const received: string[] = []
  const logins: string[] = []
  const server = new SMTPServer({
    authMethods: ['PLAIN'],
    allowInsecureAuth: true,
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) => {
      logins.push(`${username}:${password}`)
      done(null, { user: username })
    },
    onRcptTo: (_address, _session, done) =>
      done(refuse === undefined ? null : Object.assign(new Error('no such user'), { responseCode: refuse })),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString('utf8'))
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { port, received, logins, [Symbol.asyncDispose]: close }
}

const unset = { name: null, address: null }
const letter = { to: 'ada@example.com', from: unset, subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' }
const from = 'Fanfare <fanfare@example.com>'

test('a system mail leaves by the operator’s mail server, as text and as HTML, with the sender they set', async () => {
  await using server = await openMailServer()
  const mailUrl = `smtp://fan%40fare:p%2Fw@127.0.0.1:${server.port}`
  await using app = await bootIdentity({ config: { mailUrl, mailFrom: from } })
  const { email, browser } = await buildOwner(app)

  await browser.post('/v1/me/email-verification')
  await app.drain()

  assert.deepEqual(server.logins, ['fan@fare:p/w'])
  assert.equal(server.received.length, 1)
  const [sent = ''] = server.received
  assert.match(sent, /^From: Fanfare <fanfare@example.com>/m)
  assert.match(sent, new RegExp(`^To: ${email}`, 'm'))
  assert.match(sent, /^Auto-Submitted: auto-generated/m)
  assert.match(sent, /multipart\/alternative/)
  assert.match(sent, /text\/plain/)
  assert.match(sent, /text\/html/)
  assert.deepEqual(await mailsTo(app, email), [])
  assert.equal((await app.anonymous.get('/v1/sign-ups')).body.mailServer, true)
})

test('a mail of a workspace comes in its name, and from its address once it has a proven one', async () => {
  await using server = await openMailServer()
  const transport = createSmtpTransport(`smtp://127.0.0.1:${server.port}`, from)
  await transport.send({ ...letter, from: { name: 'Northwind, the team', address: null } })
  await transport.send({ ...letter, from: { name: 'Northwind', address: 'hello@northwind.example' } })
  transport.close()
  assert.match(server.received[0] ?? '', /^From: "Northwind, the team" <fanfare@example.com>/m)
  assert.match(server.received[1] ?? '', /^From: Northwind <hello@northwind.example>/m)
})

test('a mail that its server refuses for good is not tried for ever', async () => {
  await using server = await openMailServer({ refuse: 550 })
  const transport = createSmtpTransport(`smtp://127.0.0.1:${server.port}`, from)
  await assert.rejects(transport.send(letter), (error) => isRefusedForGood(error))
  transport.close()
})

test('a mail that its server cannot take now is tried again', async () => {
  await using server = await openMailServer({ refuse: 451 })
  const transport = createSmtpTransport(`smtp://127.0.0.1:${server.port}`, from)
  await assert.rejects(transport.send(letter), (error) => !isRefusedForGood(error))
  await assert.rejects(
    createSmtpTransport('smtp://127.0.0.1:1', from).send(letter),
    (error) => !isRefusedForGood(error),
  )
  transport.close()
})

test('a password is not said in the clear to a server elsewhere (ASVS 12.3.1)', async () => {
  await using server = await openMailServer()
  // The address of every interface is not one of this machine's by name, but leads here.
  const transport = createSmtpTransport(`smtp://user:secret@0.0.0.0:${server.port}`, from)
  await assert.rejects(transport.send(letter), /STARTTLS|TLS/)
  assert.deepEqual(server.logins, [])
  transport.close()
})

test('what people typed is text in a mail, in its subject, its lines and its button', () => {
  const brand = { productName: '<b>Acme</b>', accentColor: '#5b4fcf' }
  const { subject, text, html } = compose(
    {
      subject: 'Hello\r\nBcc: eve@example.com',
      paragraphs: ['<img src=x onerror=alert(1)> & "more"'],
      action: { label: '<i>Go</i>', url: 'https://example.com/?a=1&b="2"' },
      notes: ["it's <script>"],
    },
    brand,
  )
  assert.equal(subject, 'Hello Bcc: eve@example.com')
  assert.doesNotMatch(html, /<img|<script|<i>|<b>/)
  assert.match(html, /href="https:\/\/example.com\/\?a=1&amp;b=&quot;2&quot;"/)
  assert.match(text, /https:\/\/example.com\/\?a=1&b="2"/)
})

test('nothing is loaded when a mail is read', () => {
  const { html } = compose(
    { subject: 'Hello', paragraphs: ['Hello'], action: { label: 'Go', url: 'https://example.com/go' }, code: '123456' },
    { productName: 'Fanfare', accentColor: '#5b4fcf' },
  )
  assert.doesNotMatch(html, /<img|<link|url\(|@import|<iframe|src=/)
})

test('a mail server without a sender, or the other way round, does not start', async () => {
  await assert.rejects(bootIdentity({ config: { mailUrl: 'smtp://127.0.0.1:25' } }), /FANFARE_IDENTITY_MAIL_FROM/)
  await assert.rejects(bootIdentity({ config: { mailUrl: 'mail.example.com', mailFrom: from } }), /smtp:\/\//)
})
