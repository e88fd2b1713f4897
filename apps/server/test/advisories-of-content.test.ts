import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Db, Http } from '@fanfare/kernel'
import { sql } from 'kysely'
import { asPage, type House, openHouse, signIn, type Tenant } from './house.ts'
import { type Belongings, makeBelongings, settle } from './isolation/belongings.ts'
import { attemptOn } from './isolation/trial.ts'

/** What went wrong in comparable products, tried on the whole of this one. The rules: scripts/gen/security/advisories.txt. */
let house: House
let owner: Tenant
before(async () => {
  house = await openHouse()
  owner = await house.openWorkspace('Owner')
})
after(() => house[Symbol.asyncDispose]())

const draft = (body: string) => ({ name: 'Email', subject: 'Subject', format: 'html', body })

async function preview(body: string): Promise<string> {
  const reply = await owner.call('POST', '/v1/emails/preview', { subject: 'Subject', format: 'html', body })
  assert.equal(reply.status, 200, reply.text)
  assert.match(reply.body.html, /<p>begin.*Leave/s)
  return reply.body.html
}

test('CVE-2025-49136, GHSA-jc7g-x28f-3v3h: a template reaches nothing of the host: no environment, file, module or prototype (ASVS 1.3.5, 1.3.7)', async () => {
  const words = [
    '{{env "PATH"}}',
    '{{ expandenv "$HOME" }}',
    '{{process.env.PATH}}',
    '{{constructor.name}}',
    '{{__proto__}}',
    '{{#constructor}}inside{{/constructor}}',
    '{{toString}}',
    '{{> ../../../etc/passwd}}',
    '{{include "/etc/passwd"}}',
    '<mj-include path="/etc/passwd" />',
  ]
  for (const word of words) {
    const html = await preview(`<p>begin${word}end <a href="{{unsubscribe_url}}">Leave</a></p>`)
    assert.doesNotMatch(html, /root:|\/usr\/|inside|native code|\[object|Object|Function/, word)
  }
})

test('CVE-2025-68613, CVE-2026-25049: no expression of people is run (ASVS 1.3.2)', async () => {
  for (const word of [
    '{{7*7}}',
    '$' + '{7*7}',
    '#{7*7}',
    '<%= 7*7 %>',
    '{{= 7*7 }}',
    "{{constructor.constructor('return 7*7')()}}",
    '{{#with "s" as |string|}}{{7*7}}{{/with}}',
  ]) {
    assert.doesNotMatch(await preview(`<p>begin ${word} <a href="{{unsubscribe_url}}">Leave</a></p>`), /\b49\b/, word)
  }
})

test('CVE-2026-21483, GHSA-jmr4-p576-v565: a preview runs no script, asks for nothing and acts for nobody (ASVS 3.2.1)', async () => {
  const body = `<p onclick="steal()">Hi</p><script>fetch('/v1/api-keys')</script><img src=x onerror="steal()">
    <iframe src="javascript:steal()"></iframe><form action="/v1/api-keys" method="post"></form>
    <a href="javascript:steal()">x</a> <a href="{{unsubscribe_url}}">Leave</a>`
  const made = await owner.call('POST', '/v1/emails', draft(body))
  assert.equal(made.status, 201, made.text)
  const reply = await fetch(`${house.url}/v1/emails/${made.body.id}/preview`, {
    headers: { authorization: `Bearer ${owner.key}` },
  })
  assert.equal(reply.status, 200)
  assert.match(reply.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/)
  const html = await reply.text()
  assert.match(html, />Hi</)
  assert.doesNotMatch(html, /<script|onclick|onerror|javascript:|<iframe|<form/i)
})

const breaks = ['\r\n', '\n', '\r', '\0', '\u0085', '\u2028', '\v']
const inline = { kind: 'inline', subject: 'Subject', text: 'Text' }
const attachment = { fileName: 'a.txt', content: 'QQ==' }

/** All that people say of a message and that comes into a header or the envelope, each with more text at its end. */
const places: Readonly<Record<string, (more: string) => object>> = {
  subject: (more) => ({ content: { ...inline, subject: `Subject${more}` } }),
  'value of a header': (more) => ({ headers: { 'X-Mine': `a${more}` } }),
  'name of a header': (more) => ({ headers: { [`X-Mine${more}`]: 'a' } }),
  'reply address': (more) => ({ replyTo: `a@example.com${more}` }),
  recipient: (more) => ({ to: [{ email: `a@example.com${more}` }] }),
  'name of a file': (more) => ({ attachments: [{ ...attachment, fileName: `a.txt${more}` }] }),
  'type of a file': (more) => ({ attachments: [{ ...attachment, contentType: `text/plain${more}` }] }),
  'id of a file': (more) => ({ attachments: [{ ...attachment, contentId: `a${more}` }] }),
}

async function buildSandboxSender(name: string): Promise<string> {
  const sender = { name, fromName: 'Ada', fromEmail: 'ada@sender.example', postalAddress: '1 Street' }
  const made = await owner.call('POST', '/v1/senders', { ...sender, kind: 'sandbox' })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}

test('GHSA-268h-hp4c-crq3: no line break becomes a header: subjects, names, values, files (ASVS 1.3.11)', async () => {
  const senderId = await buildSandboxSender('For headers')
  const send = (change: object) =>
    owner.call('POST', '/v1/messages', { senderId, to: [{ email: 'to@example.com' }], content: inline, ...change })
  for (const [place, changed] of Object.entries(places)) {
    const plain = await send(changed(''))
    assert.equal(plain.status, 202, `${place} without more: ${plain.text}`)
    for (const line of breaks) {
      const reply = await send(changed(`${line}Bcc: evil@example.com`))
      assert.equal(reply.status, 400, `${place} with ${JSON.stringify(line)}: ${reply.text}`)
    }
  }
  for (const source of [{ path: '/etc/passwd' }, { href: 'http://169.254.169.254/' }, { raw: 'a' }]) {
    const reply = await send({ attachments: [{ fileName: 'a.txt', ...source }] })
    assert.equal(reply.status, 400, reply.text)
  }
  await send({ raw: { path: '/etc/passwd' }, envelope: { to: 'evil@example.com' }, bcc: 'evil@example.com' })
  await settle(house)
  const { body } = await owner.call('GET', '/v1/sandbox/messages?limit=100')
  assert.ok(body.rows.length >= Object.keys(places).length)
  assert.doesNotMatch(JSON.stringify(body.rows), /evil@|root:/)
})

test('GHSA-mm7p-fcc7-pg87: a quoted local part, a group and a comment lead to nobody else', async () => {
  const senderId = await buildSandboxSender('For recipients')
  const sendTo = (email: string) => owner.call('POST', '/v1/messages', { senderId, to: [{ email }], content: inline })
  assert.equal((await sendTo('a@good.example')).status, 202)
  for (const email of [
    '"evil@evil.example x"@good.example',
    'evil@evil.example,a@good.example',
    'group: evil@evil.example;',
    'a@good.example (evil@evil.example)',
    '<evil@evil.example>a@good.example',
    'a@good.example\t<evil@evil.example>',
    `${'g:'.repeat(5_000)}evil@evil.example;`,
  ]) {
    const reply = await sendTo(email)
    assert.equal(reply.status, 400, `${email.slice(0, 60)}: ${reply.text}`)
  }
})

test('GHSA-9h6g-pr28-7cqp: no text makes a parser slow', async () => {
  const long = 50_000
  const bodies = [
    `<img src="data:${';'.repeat(long)}">`,
    `<a href="${'http://a'.repeat(5_000)}">`,
    '<'.repeat(long),
    '<a '.repeat(long / 3),
    '{{'.repeat(long / 2),
    '{{#a}}'.repeat(500),
    `<!--${'-'.repeat(long)}`,
    `&${'#'.repeat(long)}`,
  ]
  for (const body of bodies) {
    const began = performance.now()
    const reply = await owner.call('POST', '/v1/emails/check', draft(body))
    assert.equal(reply.status, 200, reply.text.slice(0, 300))
    // One that goes back and forth over this would take minutes.
    assert.ok(performance.now() - began < 5_000, body.slice(0, 40))
  }
})

const script = '<script>steal()</script>'

test('CVE-2020-35124, CVE-2020-35125, CVE-2021-27909, CVE-2021-27910, CVE-2021-27911, CVE-2021-27912: what strangers send, such as a referrer or a bounce, is text wherever it is shown (ASVS 1.2.1)', async () => {
  const tenant = await house.openWorkspace('Shown')
  const ids = await makeBelongings(house, tenant, 'shown')
  await tenant.call('PATCH', `/v1/lists/${ids.listId}`, { name: script })
  await tenant.call('PATCH', `/v1/contacts/${ids.contactId}`, { firstName: script, tags: [script] })
  await tellOfBounce(tenant.tenantId, script)
  const sent = await tenant.call('POST', '/v1/messages', {
    senderId: ids.senderId,
    to: [{ email: 'shown.person@example.com' }],
    content: { ...inline, html: '<a href="{{preferences_url}}">Choose</a> <a href="https://example.com/">Look</a>' },
  })
  assert.equal(sent.status, 202, sent.text)
  await settle(house)

  const headers = { referer: script, 'user-agent': script, 'accept-language': script, accept: 'text/html' }
  const links = await sentLinksOf(tenant)
  const shown: string[] = []
  for (const path of [...links, `/c/${encodeURIComponent(script)}`, `/u/${encodeURIComponent(script)}`, `/${script}`]) {
    shown.push(await (await fetch(house.url + path, { headers, redirect: 'manual' })).text())
  }
  assert.ok(
    shown.some((html) => html.includes('&lt;script&gt;steal()')),
    'a page of a link shows the name of the list, as text',
  )
  for (const html of shown) assert.doesNotMatch(html, /<script>steal/)
  await settle(house)

  const seen = await readEverything(tenant, ids)
  assert.ok(
    seen.filter(({ text }) => text.includes('steal()')).length >= 3,
    'the list, the contact and the bounce come back',
  )
  for (const { path, type, text, mayBeSniffed } of seen) {
    assert.ok(!mayBeSniffed, path)
    if (/html|svg|xml/.test(type)) assert.doesNotMatch(text, /<script>steal/, path)
  }
})

test('CVE-2021-3142, CVE-2021-27908, CVE-2025-9822: a template and a setting show no secret, and no reply does after the first', async () => {
  const html = await preview(
    '<p>begin{{secret}} {{FANFARE_SECRET}} {{config.secret}} {{db.url}} <a href="{{unsubscribe_url}}">Leave</a></p>',
  )
  assert.doesNotMatch(html, /postgres:|FANFARE|[0-9a-f]{40}/)

  const tenant = await house.openWorkspace('Kept')
  const ids = await makeBelongings(house, tenant, 'kept')
  const smtp = { host: 'mail.sender.example', port: 587, tls: 'required', username: 'ada' }
  const sender = { name: 'Smtp', fromName: 'Ada', fromEmail: 'ada@sender.example', postalAddress: '1 Street' }
  const withPassword = { ...sender, kind: 'smtp', smtp, password: 'a-password-of-smtp' }
  assert.equal((await tenant.call('POST', '/v1/senders', withPassword)).status, 201)
  const hook = { url: 'https://hook.example/', description: 'Hook', types: ['message.failed'] }
  const { secret } = (await tenant.call('POST', '/v1/webhooks', hook)).body
  assert.match(secret, /^whsec_/)
  const { key } = (await tenant.call('POST', '/v1/api-keys', { name: 'Shown once', role: 'viewer' })).body

  // That of the mailbox is made with the other belongings.
  const secrets = ['a-password-of-smtp', 'kept-password', secret, key, tenant.key, 'PRIVATE KEY', 'correct horse']
  const seen = await readEverything(tenant, ids)
  assert.ok(seen.some(({ text }) => text.includes('mail.sender.example')))
  for (const { path, text } of seen) {
    for (const one of secrets) assert.ok(!text.includes(one), `${path} shows ${one}`)
  }
})

/** As if the server of a recipient had answered with it. */
async function tellOfBounce(tenantId: string, text: string): Promise<void> {
  await house.app.get(Db).withTenant(tenantId, (trx) => sql`update delivery.feedback set text = ${text}`.execute(trx))
}

/** Once the message with a link to the preferences has left: the engine is no job that could be waited for. */
async function sentLinksOf(tenant: Tenant): Promise<string[]> {
  for (let looks = 0; looks < 200; looks++) {
    const links = await linksOf(tenant)
    if (links.some((path) => path.startsWith('/p/'))) return links
    await sleep(50)
  }
  throw new Error('The message was not sent within ten seconds')
}

/** The paths of the links in all messages that were sent. */
async function linksOf({ call }: Tenant): Promise<string[]> {
  const { rows } = (await call('GET', '/v1/sandbox/messages?limit=100')).body
  const links: string[] = []
  for (const { id } of rows) {
    const { text } = await call('GET', `/v1/sandbox/messages/${id}/source`)
    const whole = text.replaceAll('=\r\n', '').replaceAll('=3D', '=')
    links.push(...[...whole.matchAll(/https?:\/\/[^/\s]+(\/[coup]\/[\w.-]+)/g)].map((match) => match[1] as string))
  }
  return [...new Set(links)]
}

/** What every GET of the product answers to the owner, in person. */
async function readEverything(tenant: Tenant, ids: Belongings) {
  const cookie = await signIn(house.url, tenant.email)
  const asPerson = { ...asPage(house.url, cookie), 'fanfare-workspace': tenant.tenantId }
  const gets = house.app
    .get(Http)
    .routes()
    .filter(({ method, path }) => method === 'GET' && !path.startsWith('/v1/live'))
  const seen: { path: string; type: string; text: string; mayBeSniffed: boolean }[] = []
  for (const one of gets) {
    const { path } = attemptOn(one, ids, ids)
    const reply = await fetch(house.url + path, { headers: asPerson, redirect: 'manual' })
    seen.push({
      path,
      type: reply.headers.get('content-type') ?? '',
      text: await reply.text(),
      mayBeSniffed: reply.headers.get('x-content-type-options') !== 'nosniff',
    })
  }
  return seen
}
