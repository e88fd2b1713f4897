import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { anyone, defineService, Http, route, token } from '@fanfare/kernel'
import { z } from 'zod'
import { asPage, callWith, type House, openHouse, signIn, type Tenant } from './house.ts'
import { makeBelongings } from './isolation/belongings.ts'
import { sampleOf } from './isolation/samples.ts'
import { attemptOn, tablesHolding } from './isolation/trial.ts'

/** A page that may be asked for three times a minute, and a folder of pages with a file beside it. */
const pages = defineService({
  provides: token<object>()('pages'),
  needs: { http: Http },
  async start({ http }, { defer }) {
    const folder = await mkdtemp(join(tmpdir(), 'fanfare-attacks-'))
    defer(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'pages', 'assets'), { recursive: true })
    await writeFile(join(folder, 'pages', 'index.html'), 'the console')
    await writeFile(join(folder, 'beside.txt'), 'the file beside')
    http.serveFiles(join(folder, 'pages'))
    http.mount('pages', [
      route({
        method: 'GET',
        path: '/v1/thrice',
        name: 'getThrice',
        summary: 'Says from where it was asked',
        access: anyone('a test'),
        replies: { 200: z.object({ address: z.string() }) },
        callsPerMinute: 3,
        handler: async ({ address }) => ({ status: 200, body: { address } }),
      }),
    ])
    return {}
  },
})

let house: House
let owner: Tenant
before(async () => {
  house = await openHouse([pages], { http: { rateLimitFactor: 1, trustedProxies: '127.0.0.1,10.0.0.0/8' } })
  owner = await house.openWorkspace('Owner')
})
after(() => house[Symbol.asyncDispose]())

/** Sends bytes as they are, which no client that means well would, and reads until the server has had enough. */
function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(house.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let heard = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      heard += part
    })
    socket.setTimeout(3_000, () => socket.destroy())
    socket.on('close', () => resolve(heard)).on('error', reject)
    socket.write(text)
  })
}

const otherSpellings = [
  '//v1/contacts',
  '/v1//contacts',
  '///v1/contacts',
  '/./v1/contacts',
  '/v1/./contacts',
  '/v1/lists/../contacts',
  '/v1/%2e%2e/v1/contacts',
  '/v1/lists/%2e%2e/contacts',
  '/v1/lists/..%2fcontacts',
  '/v1%2fcontacts',
  '/v1/contacts/',
  '/v1/contacts;a=b',
  '/v1/contacts/;a=b',
  '/v1;x/contacts',
  '/V1/CONTACTS',
  '/v1/contacts%00',
  '/v1/contacts%20',
  '/v1/contacts.json',
  '/v1\\contacts',
  '/v1/%63ontacts%2f',
]

test('GHSA-x732-6j76-qmhm: a path that is written another way is no way around, and no way out of the folder of pages', async () => {
  const plain = await owner.call('GET', '/v1/contacts')
  assert.equal(plain.status, 200)
  for (const path of otherSpellings) {
    const reply = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: fanfare\r\nConnection: close\r\n\r\n`)
    assert.match(reply, /^HTTP\/1\.1 (400|401|404|405) /, `${path} as nobody: ${reply.slice(0, 100)}`)
  }
  assert.match(
    await sendRaw('GET /index.html HTTP/1.1\r\nHost: fanfare\r\nConnection: close\r\n\r\n'),
    /^HTTP\/1\.1 200 .*the console/s,
  )
  const outside = ['/../beside.txt', '/%2e%2e/beside.txt', '/..%2fbeside.txt', '/assets/..%2f..%2fbeside.txt']
  for (const path of [...outside, '/assets/../../beside.txt', '/..\\beside.txt', '/%5c..%5cbeside.txt', '/assets/']) {
    const reply = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: fanfare\r\nConnection: close\r\n\r\n`)
    assert.doesNotMatch(reply, /the file beside|Index of|index\.html/, path)
    assert.match(reply, /^HTTP\/1\.1 4\d\d /, `${path}: ${reply.slice(0, 100)}`)
  }
})

test('a limit counts a path once, however it is written', async () => {
  const from = { 'x-forwarded-for': '203.0.113.70' }
  const ask = async (path: string) => (await callWith(house.url, from)('GET', path)).status
  for (let turn = 0; turn < 3; turn++) assert.equal(await ask('/v1/thrice'), 200)
  for (const path of ['/v1/thrice', '/v1/thrice?a=b', '/v1/%74hrice', '//v1/thrice', '/v1/thrice/']) {
    const status = await ask(path)
    assert.ok(status === 429 || status === 404 || status === 400, `${path} answers ${status}`)
  }
})

test('an address that the caller makes up counts for nothing: the last hop that is trusted says who came (ASVS 4.1.3, 15.3.4)', async () => {
  const seen = async (forwarded: string) => {
    const { status, body } = await callWith(house.url, { 'x-forwarded-for': forwarded })('GET', '/v1/thrice')
    return status === 200 ? body.address : status
  }
  assert.equal(await seen('198.51.100.1, 203.0.113.80'), '203.0.113.80')
  assert.equal(await seen('127.0.0.1, 203.0.113.80, 10.1.2.3'), '203.0.113.80')
  assert.equal(await seen('198.51.100.9, 203.0.113.80'), '203.0.113.80')
  // A fourth call, under whatever first hop.
  assert.equal(await seen('198.51.100.2, 203.0.113.80'), 429)
  const headers = ['x-real-ip', 'x-client-ip', 'cf-connecting-ip', 'true-client-ip', 'forwarded']
  for (const [n, header] of headers.entries()) {
    const own = `203.0.113.${110 + n}`
    const said = { [header]: header === 'forwarded' ? 'for=8.8.8.8' : '8.8.8.8', 'x-forwarded-for': own }
    const reply = await callWith(house.url, said)('GET', '/v1/thrice')
    assert.deepEqual([reply.status, reply.body.address], [200, own], header)
  }
})

test('CVE-2026-45364: an address counts once, however it is written', async () => {
  const sameAddresses = [
    ['203.0.113.90', '::ffff:203.0.113.90', '::FFFF:203.0.113.90', '0:0:0:0:0:ffff:cb00:715a'],
    ['2001:db8:7:8::1', '2001:DB8:7:8::2', '2001:0db8:0007:0008:0000:0000:0000:0003', '2001:db8:7:8:ffff:ffff::4'],
  ]
  for (const forms of sameAddresses) {
    const statuses: number[] = []
    for (const form of forms) {
      statuses.push((await callWith(house.url, { 'x-forwarded-for': form })('GET', '/v1/thrice')).status)
    }
    assert.deepEqual(statuses, [200, 200, 200, 429], forms.join(', '))
  }
  const next = await callWith(house.url, { 'x-forwarded-for': '2001:db8:7:9::1' })('GET', '/v1/thrice')
  assert.equal(next.status, 200)
})

test('the Host header has no part in any link or page, in any of its forms', async () => {
  const hosts = ['evil.example', 'evil.example:80', 'localhost@evil.example', 'evil.example/#']
  const paths = ['/index.html', '/openapi.json', '/v1/setup', '/v1/contacts', '/v1/domain', '/nowhere']
  const ask = (path: string, host: string, more = '') =>
    sendRaw(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}Authorization: Bearer ${owner.key}\r\nConnection: close\r\n\r\n`,
    )
  // Without what differs between any two replies.
  const bodyOf = (reply: string) => reply.slice(reply.indexOf('\r\n\r\n')).replace(/"requestId":"[^"]*"/, '')
  const forwarded =
    'X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Original-URL: /v1/setup\r\nForwarded: host=evil.example\r\n'
  for (const path of paths) {
    const plain = bodyOf(await ask(path, new URL(house.url).host))
    assert.ok(plain.length > 10, path)
    for (const host of hosts) {
      const reply = await ask(path, host, forwarded)
      assert.doesNotMatch(reply, /evil\.example/, `${path} with Host: ${host}`)
      if (!reply.startsWith('HTTP/1.1 400 ')) assert.equal(bodyOf(reply), plain, `${path} with Host: ${host}`)
    }
  }
  const absolute = await sendRaw(
    'GET http://evil.example/v1/setup HTTP/1.1\r\nHost: fanfare\r\nConnection: close\r\n\r\n',
  )
  assert.doesNotMatch(absolute, /evil\.example/)
  const twice = await sendRaw(
    'GET /v1/setup HTTP/1.1\r\nHost: a.example\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  )
  assert.doesNotMatch(twice, /evil\.example/)
  const none = await sendRaw('GET /v1/setup HTTP/1.1\r\nConnection: close\r\n\r\n')
  assert.match(none, /^HTTP\/1\.1 400 /)
})

test('two lengths, or a length beside chunks, are no request that could hide another', async () => {
  const hidden = 'GET /v1/setup HTTP/1.1\r\nHost: x\r\n\r\n'
  const requests = [
    `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd${hidden}`,
    `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
    `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd${hidden}`,
    `GET /v1/setup HTTP/1.1\nHost: x\n\n${hidden}`,
    `GET /v1/setup HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n`,
  ]
  for (const request of requests) {
    const reply = await sendRaw(request)
    assert.match(reply, /^HTTP\/1\.1 400 /, JSON.stringify(request.slice(0, 110)))
    assert.equal(reply.split('HTTP/1.1 ').length, 2, 'more than one reply')
  }
})

test('methods that nobody offers are refused, and nothing is echoed (ASVS 13.4.4)', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'PURGE', 'LINK', 'M-SEARCH']) {
    const reply = await sendRaw(
      `${method} /v1/contacts HTTP/1.1\r\nHost: x\r\nX-Secret: 42\r\nConnection: close\r\n\r\n`,
    )
    assert.match(reply, /^HTTP\/1\.1 4\d\d /, method)
    assert.doesNotMatch(reply, /X-Secret/i)
  }
  const overridden = await callWith(house.url, {
    authorization: `Bearer ${owner.key}`,
    'x-http-method-override': 'DELETE',
  })('GET', '/v1/sandbox/messages?_method=DELETE')
  assert.equal(overridden.status, 200)
})

test('a parameter given twice is refused, or counts as one that was not given (ASVS 15.3.7)', async () => {
  const reply = await owner.call('GET', '/v1/contacts?limit=1&limit=100')
  assert.equal(reply.status, 400)
  const stranger = await house.openWorkspace('Stranger')
  const twice = await owner.call('GET', `/v1/workspace?workspace=${owner.tenantId}&workspace=${stranger.tenantId}`)
  assert.doesNotMatch(twice.text, new RegExp(stranger.tenantId))
  const mixed = await owner.call('GET', `/v1/workspace?workspace=${stranger.tenantId}`, undefined, {
    'fanfare-workspace': owner.tenantId,
  })
  assert.equal(mixed.body.id, owner.tenantId)
})

test('fields that nobody may set are left out or refused, on every route that takes a body (ASVS 15.3.3)', async () => {
  const victim = await house.openWorkspace('Victim')
  const ids = await makeBelongings(house, owner, 'mine')
  const marks = {
    id: 'aaaaaaaa-0000-4000-8000-00000000000a',
    tenantId: victim.tenantId,
    tenant_id: victim.tenantId,
    userId: 'aaaaaaaa-0000-4000-8000-00000000000b',
    isAdmin: true,
    permissions: ['everything'],
    createdAt: '1999-01-01T00:00:00Z',
    created_at: '1999-01-01T00:00:00Z',
    balance: 1e9,
    prototype: { polluted: true },
  }
  const routes = house.app.get(Http).routes()
  for (const one of routes.filter(({ body, access }) => body !== undefined && access.kind === 'can')) {
    const attempt = attemptOn(one, ids, ids)
    const own = sampleOf(one.body as z.ZodType, ids) as object
    const body = { ...marks, ...own, constructor: { prototype: { polluted: true } } }
    const reply = await owner.call(one.method, attempt.path, body)
    assert.ok(reply.status < 500, `${one.method} ${one.path} answers ${reply.status}: ${reply.text}`)
    assert.doesNotMatch(reply.text, /aaaaaaaa-0000|1999-01-01|everything/, `${one.method} ${one.path}`)
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  const forged = { id: marks.id, userId: marks.userId, tenantId: victim.tenantId }
  assert.deepEqual(await tablesHolding(house, owner.tenantId, forged), [])
  assert.equal((await victim.call('GET', '/v1/contacts')).body.rows.length, 0)
})

test('CVE-2025-58430: no route that changes something takes a session from a foreign page, from no page, or without the word of it (ASVS 3.5.1)', async () => {
  const tenant = await house.openWorkspace('Visited')
  const page: Record<string, string> = {
    ...asPage(house.url, await signIn(house.url, tenant.email)),
    'fanfare-workspace': tenant.tenantId,
  }
  const { origin: _, ...fromNowhere } = page
  const { 'fanfare-csrf': word = '', ...withoutWord } = page
  assert.ok(word.length > 20)
  const unsafe = house.app
    .get(Http)
    .routes()
    .filter(({ method, access }) => method !== 'GET' && access.kind !== 'anyone')
  assert.ok(unsafe.length > 70)
  for (const { method, path } of unsafe) {
    const target = path.replace(/:\w+/g, 'aaaaaaaa-0000-4000-8000-00000000000d')
    const codeFor = async (headers: Record<string, string>) => {
      const { status, body } = await callWith(house.url, headers)(method, target)
      return `${status} ${body?.code}`
    }
    const where = `${method} ${path}`
    assert.equal(await codeFor({ ...page, origin: 'https://evil.example' }), '403 http.foreign_origin', where)
    assert.equal(await codeFor(fromNowhere), '403 http.foreign_origin', where)
    assert.equal(await codeFor(withoutWord), '403 identity.csrf_wrong', where)
    assert.equal(await codeFor({ ...page, 'fanfare-csrf': `${word}x` }), '403 identity.csrf_wrong', where)
  }
  assert.equal((await callWith(house.url, page)('PATCH', '/v1/workspace', { name: 'Visited and well' })).status, 200)
})

/** The same for everybody who asks by the same name, and nothing of a person or a credential. */
const openToCaches = ['/v1/appearance', '/v1/appearance/pictures/:pictureKey', '/.well-known/jwks.json']

test('every reply tells a browser to keep to its type, to load nothing foreign, to be in no foreign frame, and to keep nothing (ASVS 3.4.3, 3.4.4, 3.4.5, 3.4.6, 4.1.1, 14.3.2)', async () => {
  const gets = house.app
    .get(Http)
    .routes()
    .filter(({ method, path }) => method === 'GET' && !path.startsWith('/v1/live'))
  for (const { path } of gets) {
    for (const headers of [{}, { authorization: `Bearer ${owner.key}` }]) {
      const url = house.url + path.replace(/:\w+/g, 'aaaaaaaa-0000-4000-8000-00000000000c')
      const reply = await fetch(url, { headers, redirect: 'manual' })
      const has = (name: string) => reply.headers.get(name) ?? ''
      const bytes = (await reply.arrayBuffer()).byteLength
      const where = `${path} ${reply.status}`
      assert.equal(has('x-content-type-options'), 'nosniff', where)
      assert.equal(has('referrer-policy'), 'no-referrer', where)
      assert.match(has('content-security-policy'), /object-src 'none'|default-src 'none'|sandbox/, where)
      assert.match(has('content-security-policy'), /frame-ancestors|sandbox/, where)
      const isOpen = openToCaches.includes(path) && reply.status === 200
      assert.match(has('cache-control'), isOpen ? /no-cache|public/ : /no-store/, where)
      if (bytes > 0) assert.match(has('content-type'), /; ?charset=utf-8$|^image\//i, where)
    }
  }
})

test('an https address is kept to for a year, with its subdomains unless the operator has others there (ASVS 3.4.1)', async () => {
  const told = async (http: Record<string, unknown>) => {
    await using there = await openHouse([], { http })
    return (await fetch(`${there.url}/livez`)).headers.get('strict-transport-security')
  }
  assert.equal(await told({ publicUrl: 'https://fanfare.example' }), 'max-age=31536000; includeSubDomains')
  assert.equal(await told({ publicUrl: 'https://fanfare.example', hstsSubdomains: 'false' }), 'max-age=31536000')
  assert.equal(await told({}), null)
})
