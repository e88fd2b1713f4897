import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner, pageHeaders, password } from './factories.ts'
import { mailsTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity({ http: { rateLimitFactor: 1 } })
})
after(() => app.stop())

interface RawReply {
  readonly status: number
  readonly text: string
}

/** Sends a request as it is written: clients of HTTP clean paths up before they send them. */
function send(url: string, method: string, path: string, headers: Record<string, string> = {}, body = '') {
  const { hostname, port } = new URL(url)
  const lines = Object.entries({ host: `${hostname}:${port}`, connection: 'close', ...headers }).map((pair) =>
    pair.join(': '),
  )
  const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  return new Promise<RawReply>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write([`${method} ${path} HTTP/1.1`, ...lines, ...length, '', body].join('\r\n'), 'latin1')
    })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), text }))
  })
}

/** Other ways to write a path. */
function formsOf(path: string): string[] {
  const [, version, ...rest] = path.split('/')
  const tail = rest.join('/')
  return [
    `/${path}`,
    `//${path}`,
    `/${version}//${tail}`,
    `${path}/`,
    `${path}//`,
    path.toUpperCase(),
    `/./${version}/${tail}`,
    `/${version}/./${tail}`,
    `/${version}/x/../${tail}`,
    `/${version}/%2e%2e/${version}/${tail}`,
    `/%2e/${version}/${tail}`,
    `/${version}%2f${tail}`,
    `/${version}/%${tail.charCodeAt(0).toString(16)}${tail.slice(1)}`,
    `/${version}/%25${tail.charCodeAt(0).toString(16)}${tail.slice(1)}`,
    `/${version}\\${tail}`,
    `/${version}/..;/${tail}`,
    `${path};a=b`,
    `${path}%00`,
    `${path}%20`,
    `${path}.json`,
    `${path}?x=/v1/setup`,
    `${path}#/v1/setup`,
    `http://evil.example${path}`,
    `/${version}/setup/../${tail}`,
  ]
}

test('GHSA-x732-6j76-qmhm: no way to write the path of the sign-in gets around its limit', async () => {
  const { email } = await buildOwner(app)
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ email, password })
  for (let call = 0; call < 20; call += 1) await send(app.url, 'POST', '/v1/sessions', headers, body)
  assert.equal((await send(app.url, 'POST', '/v1/sessions', headers, body)).status, 429)
  for (const form of formsOf('/v1/sessions')) {
    const { status, text } = await send(app.url, 'POST', form, headers, body)
    assert.ok([400, 404, 405, 429].includes(status), `${form} answers ${status}`)
    assert.doesNotMatch(text, /set-cookie/i, form)
  }
})

test('no way to write a path gets around what it asks of its caller', async () => {
  for (const path of ['/v1/me', '/v1/workspace', '/v1/api-keys', '/v1/sessions']) {
    for (const form of formsOf(path)) {
      const { status } = await send(app.url, 'GET', form)
      assert.ok([400, 401, 404, 405].includes(status), `${form} answers ${status}`)
    }
  }
})

test('a link never takes its address from the Host header, not in a mail and not in a reply', async () => {
  // A proxy that is believed hands on whatever host its client named.
  await using site = await bootIdentity({ config: { signUp: 'open' }, http: { trustedProxies: ['127.0.0.1'] } })
  const { email } = await buildOwner(site)
  const page = pageHeaders(site, await site.anonymous.post('/v1/sessions', { email, password }))
  for (const [n, forged] of forgedHosts.entries()) {
    const newcomer = `newcomer${n}@example.com`
    const headers = { ...page, 'content-type': 'application/json', ...forged } as Record<string, string>
    const ask = (path: string, body: object) => send(site.url, 'POST', path, headers, JSON.stringify(body))
    assert.equal((await ask('/v1/sign-ups', { email: newcomer })).status, 202)
    const invited = await ask('/v1/invitations', { email: `invited${n}@example.com`, role: 'viewer' })
    assert.equal(invited.status, 201, invited.text)
    assert.equal(JSON.parse(invited.text.slice(invited.text.indexOf('{'))).link.startsWith(`${site.url}/`), true)
    await ask('/v1/password-resets', { email })
    for (const address of [newcomer, `invited${n}@example.com`, email]) {
      const [mail] = await mailsTo(site, address)
      assert.ok(mail, `no mail went to ${address}`)
      assert.ok(mail.text.includes(`${site.url}/`), `${address}: ${mail.text}`)
      assert.doesNotMatch(mail.text + mail.html, /evil\.example/)
    }
  }
})

test('a site with an address of its own answers to no other name, and sends no mail for it', async () => {
  await using site = await bootIdentity({ http: { publicUrl: 'https://fanfare.example' } })
  const { email } = await buildOwner(site)
  const body = JSON.stringify({ email })
  const ask = (host: string) =>
    send(site.url, 'POST', '/v1/password-resets', { 'content-type': 'application/json', host }, body)
  for (const host of ['evil.example', 'fanfare.example.evil.example', 'fanfare.example@evil.example']) {
    const { status, text } = await ask(host)
    assert.ok([400, 404].includes(status), `${host} answers ${status}`)
    assert.doesNotMatch(text, /https?:\/\/[^\s"]*evil\.example|location:/i, host)
  }
  assert.deepEqual(await mailsTo(site, email), [])
  assert.equal((await ask('fanfare.example')).status, 202)
  assert.match((await mailsTo(site, email))[0]?.text ?? '', /https:\/\/fanfare\.example\//)
})

const forgedHosts: readonly Record<string, string>[] = [
  { host: 'evil.example' },
  { host: 'fanfare.example@evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { forwarded: 'host=evil.example;proto=https' },
  { 'x-original-url': '//evil.example', 'x-rewrite-url': '//evil.example' },
]

test('a cookie that was set before the sign-in, by whatever hand, is never the signed-in one (ASVS 7.2.4)', async () => {
  await using site = await bootIdentity()
  const { email } = await buildOwner(site)
  const planted = 'A'.repeat(43)
  const cookie = `fanfare_session=${planted}; fanfare_csrf=planted; fanfare_device=planted`
  const reply = await site.anonymous.post('/v1/sessions', { email, password }, { cookie })
  assert.equal(reply.status, 201)
  const page = pageHeaders(site, reply)
  assert.doesNotMatch(page.cookie as string, new RegExp(`${planted}|planted`))
  assert.equal((await site.anonymous.get('/v1/me', { cookie })).status, 401)
  assert.equal((await site.anonymous.get('/v1/me', { cookie: page.cookie as string })).status, 200)
})

test('on an https site a cookie without the prefix that binds it to its host is nobody’s (ASVS 3.3.1, 3.3.3)', async () => {
  await using site = await bootIdentity({ http: { publicUrl: 'https://fanfare.example' } })
  const { email } = await buildOwner(site)
  const reply = await site.anonymous.post('/v1/sessions', { email, password })
  const cookies = reply.headers.getSetCookie()
  assert.equal(cookies.length, 3)
  for (const line of cookies) assert.match(line, /^__Host-.*Path=\/;.*Secure; SameSite=Lax$/)
  const token = /^__Host-fanfare_session=([^;]+)/.exec(cookies[0] as string)?.[1]
  assert.equal((await site.anonymous.get('/v1/me', { cookie: `__Host-fanfare_session=${token}` })).status, 200)
  assert.equal((await site.anonymous.get('/v1/me', { cookie: `fanfare_session=${token}` })).status, 401)
})
