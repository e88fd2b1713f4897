import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { callWith, type House, openHouse, type Tenant } from './house.ts'

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
  assert.ok(reply.status < 500, reply.text)
  return reply.status === 200 ? reply.body.html : ''
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
    '{{#with "s" as |string|}}49{{/with}}'.replace('49', '{{7*7}}'),
  ]) {
    assert.doesNotMatch(await preview(`<p>${word} <a href="{{unsubscribe_url}}">Leave</a></p>`), /\b49\b/, word)
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
  assert.match(reply.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/)
  assert.doesNotMatch(await reply.text(), /<script|onclick|onerror|javascript:|<iframe|<form/i)
})

const breaks = ['\r\n', '\n', '\r', '\0', '\u0085', '\u2028', '\v']

test('GHSA-268h-hp4c-crq3: no line break becomes a header: subjects, names, values, files', async () => {
  const { body: sender } = await owner.call('POST', '/v1/senders', {
    name: 'Sandbox',
    fromName: 'Ada',
    fromEmail: 'ada@sender.example',
    postalAddress: '1 Street',
    kind: 'sandbox',
  })
  const message = (change: object) => ({
    senderId: sender.id,
    to: [{ email: 'to@example.com' }],
    content: { kind: 'inline', subject: 'Subject', text: 'Text' },
    ...change,
  })
  const attachment = { fileName: 'a.txt', content: 'QQ==' }
  for (const line of breaks) {
    const evil = `a${line}Bcc: evil@example.com`
    const changes = [
      { content: { kind: 'inline', subject: evil, text: 'Text' } },
      { headers: { 'X-Mine': evil } },
      { headers: { [`X-A${line}Bcc`]: 'evil@example.com' } },
      { headers: { 'List-Unsubscribe': evil } },
      { replyTo: `a@example.com${line}Bcc: evil@example.com` },
      { to: [{ email: `a@example.com${line}RCPT TO:<evil@example.com>` }] },
      { attachments: [{ ...attachment, fileName: evil }] },
      { attachments: [{ ...attachment, contentType: `text/plain${line}Bcc: evil@example.com` }] },
      { attachments: [{ ...attachment, contentId: evil }] },
      { attachments: [{ fileName: 'a.txt', path: '/etc/passwd' }] },
      { attachments: [{ fileName: 'a.txt', href: 'http://169.254.169.254/' }] },
    ]
    for (const change of changes) {
      const reply = await owner.call('POST', '/v1/messages', message(change))
      assert.equal(reply.status, 400, `${JSON.stringify(change)}: ${reply.text}`)
    }
  }
  const raw = await owner.call(
    'POST',
    '/v1/messages',
    message({ raw: { path: '/etc/passwd' }, envelope: { to: 'evil@example.com' } }),
  )
  assert.ok(raw.status === 400 || raw.body.messages.length === 1, raw.text)
})

test('GHSA-mm7p-fcc7-pg87: a quoted local part, a group and a comment lead to nobody else', async () => {
  const { body } = await owner.call('GET', '/v1/senders')
  for (const email of [
    '"evil@evil.example x"@good.example',
    'evil@evil.example,a@good.example',
    'group: evil@evil.example;',
    'a@good.example (evil@evil.example)',
    '<evil@evil.example>a@good.example',
    'a@good.example\t<evil@evil.example>',
    `${'g:'.repeat(5_000)}evil@evil.example;`,
  ]) {
    const reply = await owner.call('POST', '/v1/messages', {
      senderId: body.rows[0].id,
      to: [{ email }],
      content: { kind: 'inline', subject: 'Subject', text: 'Text' },
    })
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
    // A parser that goes back and forth over this would take minutes.
    assert.ok(performance.now() - began < 20_000, body.slice(0, 40))
  }
})

test('CVE-2020-35124, CVE-2020-35125: what strangers send, such as a referrer, is text wherever it comes back', async () => {
  const evil = '<script>steal()</script>'
  const headers = { referer: evil, 'user-agent': evil, accept: 'text/html', 'accept-language': evil }
  for (const path of [
    `/c/${encodeURIComponent(evil)}`,
    `/u/${encodeURIComponent(evil)}`,
    `/p/${encodeURIComponent(evil)}`,
    `/${evil}`,
  ]) {
    const reply = await callWith(house.url, headers)('GET', path)
    assert.ok(reply.status < 500, reply.text)
    if (reply.body === undefined) assert.doesNotMatch(reply.text, /<script>steal/, path)
  }
})

test('CVE-2021-27908, CVE-2025-9822: a template and a setting show no secret', async () => {
  const html = await preview(
    '<p>{{secret}} {{FANFARE_SECRET}} {{config.secret}} {{db.url}} <a href="{{unsubscribe_url}}">Leave</a></p>',
  )
  assert.doesNotMatch(html, /postgres:|FANFARE|[0-9a-f]{40}/)
  const { text } = await owner.call('GET', '/v1/system/services')
  assert.doesNotMatch(text, /postgres:\/\/|password|secret"/i)
})
