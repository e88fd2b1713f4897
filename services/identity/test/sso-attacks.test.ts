import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { createBrowser, type TestClient } from '@fanfare/testkit'
import type { JWTPayload } from 'jose'
import { buildOwner, type Owner } from './factories.ts'
import {
  buildCompany,
  comeBack,
  type FederationStage,
  newDomain,
  openFederationStage,
  proveDomain,
  signInBy,
  visitProvider,
} from './federation-stage.ts'
import { clientId, type IssuerDouble, openIssuerDouble, type Signer } from './issuer-double.ts'

let stage: FederationStage
let double: IssuerDouble
let owner: Owner
let domain: string
before(async () => {
  stage = await openFederationStage()
  double = await openIssuerDouble()
  owner = await buildOwner(stage.app)
  domain = newDomain()
  const connection = { issuer: double.issuer, clientId, clientSecret: 'secret' }
  const saved = await owner.browser.put('/v1/sso-connection', connection)
  assert.equal(saved.status, 200, saved.text)
  await proveDomain(stage, owner, domain)
})
after(async () => {
  await stage[Symbol.asyncDispose]()
  await double[Symbol.asyncDispose]()
})

/** Leaves for the double and tells what it was asked with. */
async function leave(browser: TestClient = createBrowser(stage.app.url)) {
  const { body } = await browser.post('/v1/external-sign-ins', { domain, returnTo: '/contacts' })
  const asked = new URL(body.url).searchParams
  double.nonce = asked.get('nonce') as string
  double.claims = { sub: 'ada', email: `ada@${domain}`, email_verified: true, name: 'Ada' }
  double.idToken = (claims, { right }) => right(claims)
  const answer = (more: Record<string, string> = {}) =>
    `/v1/external-sign-ins/${owner.tenantId}/callback?${new URLSearchParams({ code: 'a code', state: asked.get('state') as string, ...more })}`
  return { browser, asked, answer }
}

async function failureOf(browser: TestClient, path: string): Promise<string | null> {
  const { location } = await comeBack(stage.app, browser, path)
  assert.equal((await browser.get('/v1/me')).status, 401)
  assert.equal(location.origin, new URL(stage.app.url).origin)
  return location.searchParams.get('failed')
}

test('the double by itself signs in: what follows fails for the reason that is tried', async () => {
  const { browser, answer } = await leave()
  const { location } = await comeBack(stage.app, browser, answer())
  assert.equal(location.pathname, '/contacts')
  assert.equal((await browser.get('/v1/me')).body.person.email, `ada@${domain}`)
})

test('the browser is sent away with PKCE S256, a state and a nonce that nobody can guess (ASVS 10.2.1)', async () => {
  const { browser, asked, answer } = await leave()
  assert.equal(asked.get('code_challenge_method'), 'S256')
  for (const name of ['state', 'nonce', 'code_challenge']) assert.match(asked.get(name) as string, /^[\w-]{43}$/)
  assert.equal(asked.get('response_type'), 'code')
  assert.equal(asked.get('redirect_uri'), `${stage.app.url}/v1/external-sign-ins/${owner.tenantId}/callback`)
  await comeBack(stage.app, browser, answer())
  const form = double.asked.at(-1) as URLSearchParams
  assert.match(form.get('code_verifier') as string, /^[\w-]{43}$/)
  assert.notEqual(form.get('code_verifier'), asked.get('code_challenge'))
})

const tokens: Record<string, (claims: JWTPayload, sign: Signer) => Promise<string> | string> = {
  'alg none': (claims, { none }) => none(claims),
  'HS256 with the public key': (claims, { confused }) => confused(claims),
  "a stranger's key under the same name": (claims, { stranger }) => stranger(claims),
  'another issuer': (claims, { right }) => right({ ...claims, iss: 'https://other.example' }),
  'no issuer': (claims, { right }) => right(without(claims, 'iss')),
  'another audience': (claims, { right }) => right({ ...claims, aud: 'another client' }),
  'an audience among others, for another party': (claims, { right }) =>
    right({ ...claims, aud: [clientId, 'another client'], azp: 'another client' }),
  'no audience': (claims, { right }) => right(without(claims, 'aud')),
  'an end in the past': (claims, { right }) => right({ ...claims, exp: 1_600_000_000 }),
  'no end': (claims, { right }) => right(without(claims, 'exp')),
  'no nonce': (claims, { right }) => right(without(claims, 'nonce')),
  'the nonce of another sign-in': (claims, { right }) => right({ ...claims, nonce: 'another' }),
  'a start in the future': (claims, { right }) => right({ ...claims, nbf: Math.floor(Date.now() / 1_000) + 3_600 }),
  'no subject': (claims, { right }) => right(without(claims, 'sub')),
  'a kid of a path': (claims, { right }) => right(claims, { kid: '../../../../dev/null' }),
  'no token at all': () => '',
}

for (const [what, idToken] of Object.entries(tokens)) {
  test(`CVE-2026-45069: an ID token with ${what} signs nobody in (ASVS 6.8.2, 9.1.1, 9.1.2, 9.2.1, 10.5.4)`, async () => {
    const { browser, answer } = await leave()
    double.idToken = idToken
    assert.equal(await failureOf(browser, answer()), 'identity.federation_refused')
  })
}

function without(claims: JWTPayload, name: string): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
}

test("mix-up: an answer that says that it is another issuer's is refused before the code is shown (ASVS 10.2.2)", async () => {
  const { browser, answer } = await leave()
  const calls = double.asked.length
  assert.equal(await failureOf(browser, answer({ iss: 'https://other.example' })), 'identity.federation_refused')
  assert.equal(double.asked.length, calls)
})

test('mix-up: an issuer that promises to say who it is must do so (RFC 9207)', async () => {
  double.metadata = { authorization_response_iss_parameter_supported: true }
  const { browser, answer } = await leave()
  assert.equal(await failureOf(browser, answer()), 'identity.federation_refused')
  const again = await leave()
  const { location } = await comeBack(stage.app, again.browser, again.answer({ iss: double.issuer }))
  assert.equal(location.pathname, '/contacts')
  double.metadata = {}
})

test('a discovery document of another issuer is not taken', async () => {
  double.metadata = { issuer: 'https://other.example' }
  const refused = await stage.app.anonymous.post('/v1/external-sign-ins', { domain })
  assert.equal(refused.body.code, 'identity.federation_refused')
  double.metadata = {}
})

test('an issuer that signs with nothing but a shared secret is not taken', async () => {
  double.metadata = { id_token_signing_alg_values_supported: ['HS256', 'none'] }
  const refused = await stage.app.anonymous.post('/v1/external-sign-ins', { domain })
  assert.equal(refused.body.code, 'identity.federation_refused')
  double.metadata = {}
})

test('an authorization endpoint that is no web address is not followed', async () => {
  for (const address of ['javascript:alert(1)', 'data:text/html,x', 'http://user:pass@127.0.0.1/']) {
    double.metadata = { authorization_endpoint: address }
    const refused = await stage.app.anonymous.post('/v1/external-sign-ins', { domain })
    assert.equal(refused.body.code, 'identity.federation_refused', address)
  }
  double.metadata = {}
})

test('a state is good once', async () => {
  const { browser, answer } = await leave()
  await comeBack(stage.app, browser, answer())
  const { location } = await comeBack(stage.app, browser, answer())
  assert.equal(location.searchParams.get('failed'), 'identity.federation_stale')
})

test('a state is good in the browser that it was made for, and one that tries it elsewhere does not use it up', async () => {
  const { browser, answer } = await leave()
  const { nonce } = double
  assert.equal(await failureOf(createBrowser(stage.app.url), answer()), 'identity.federation_stale')
  const other = await leave()
  assert.equal(await failureOf(other.browser, answer()), 'identity.federation_stale')
  double.nonce = nonce
  assert.equal((await comeBack(stage.app, browser, answer())).location.pathname, '/contacts')
})

test('login CSRF: an answer of an attacker’s own sign-in does not sign in the browser of somebody else', async () => {
  const attacker = await leave()
  const victim = createBrowser(stage.app.url)
  assert.equal(await failureOf(victim, attacker.answer()), 'identity.federation_stale')
})

test('GHSA-x445-f3h2-j279: a state and its cookie of one provider are worth nothing at another', async () => {
  await using company = await buildCompany(stage)
  const { browser, answer } = await leave()
  const path = answer().replace(owner.tenantId, company.owner.tenantId)
  assert.equal(await failureOf(browser, path), 'identity.federation_stale')
  assert.equal(await failureOf(browser, answer().replace(owner.tenantId, 'github')), 'identity.federation_stale')
  assert.equal(company.provider.tokenCalls, 0)
  assert.equal((await comeBack(stage.app, browser, answer())).location.pathname, '/contacts')
})

test('a code of one issuer, brought with a state of another, is shown to the one the state is of', async () => {
  await using company = await buildCompany(stage)
  const browser = createBrowser(stage.app.url)
  const begun = (await browser.post('/v1/external-sign-ins', { domain: company.domain })).body
  const honest = new URL(await visitProvider(begun.url))
  const calls = double.asked.length
  const here = await leave(browser)
  const stolen = here.answer({ code: honest.searchParams.get('code') as string, iss: company.provider.issuer })
  assert.equal(await failureOf(browser, stolen), 'identity.federation_refused')
  assert.equal(double.asked.length, calls)
})

test('a sign-in that takes longer than ten minutes begins anew', async () => {
  const { browser, answer } = await leave()
  stage.app.clock.advance(10 * 60_000 + 1)
  assert.equal(await failureOf(browser, answer()), 'identity.federation_stale')
})

test('an answer with nothing, with too much and with fields twice is no failure of ours', async () => {
  const { browser, answer } = await leave()
  const path = `/v1/external-sign-ins/${owner.tenantId}/callback`
  assert.equal(await failureOf(browser, path), 'identity.federation_stale')
  assert.equal((await browser.get(`${answer()}&state=another`)).status, 400)
  assert.equal((await browser.get(`${path}?state=${'s'.repeat(600)}`)).status, 400)
  assert.equal(await failureOf(browser, answer().replace(owner.tenantId, '..%2fx')), 'identity.federation_stale')
})

test('after the sign-in nobody is sent to another site', async () => {
  const elsewhere = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
  ]
  for (const returnTo of elsewhere) {
    const { browser, answer, asked } = await leave()
    assert.ok(asked)
    const wanted = await browser.post('/v1/external-sign-ins', { domain, returnTo })
    double.nonce = new URL(wanted.body.url).searchParams.get('nonce') as string
    const state = new URL(wanted.body.url).searchParams.get('state') as string
    const { location } = await comeBack(stage.app, browser, answer({ state }))
    assert.equal(location.href, `${new URL(stage.app.url).origin}/`, returnTo)
  }
})

test('the Host header has no part in where the provider sends people back to', async () => {
  const reply = await stage.app.anonymous.post(
    '/v1/external-sign-ins',
    { domain },
    { 'x-forwarded-host': 'evil.example' },
  )
  const uri = new URL(reply.body.url).searchParams.get('redirect_uri') as string
  assert.equal(new URL(uri).origin, new URL(stage.app.url).origin)
})

test('nothing of the journey is kept that would help who reads the table', async () => {
  const { asked } = await leave()
  const rows = await stage.app.db.transaction((trx) => trx.selectFrom('identity.sign_in_flow').selectAll().execute())
  const kept = JSON.stringify(rows)
  assert.ok(rows.length > 0)
  for (const name of ['state', 'nonce']) assert.ok(!kept.includes(asked.get(name) as string))
})

test('the session that a browser had before the sign-in ends with it (ASVS 7.2.4)', async () => {
  const live = async () => {
    const rows = await stage.app.db.transaction((trx) => trx.selectFrom('identity.session').selectAll().execute())
    return rows.filter((row: Record<string, unknown>) => row.revoked_at === null)
  }
  const first = await leave()
  await comeBack(stage.app, first.browser, first.answer())
  const before = await live()
  const again = await leave(first.browser)
  await comeBack(stage.app, first.browser, again.answer())
  const after = await live()
  assert.equal(after.length, before.length)
  const hashes = new Set(before.map((row: Record<string, unknown>) => row.token_hash))
  assert.equal(after.filter((row: Record<string, unknown>) => !hashes.has(row.token_hash)).length, 1)
})

test('GHSA-5rr4-8452-hf4v: an issuer on the inside is refused where private issuers are not allowed, before anybody calls it (ASVS 1.3.6)', async () => {
  let connections = 0
  await using inside = await openListener(() => {
    connections += 1
  })
  // The port may be called, so that the address alone stands in the way.
  await using closed = await openFederationStage({ allowPrivateIssuers: 'false' }, { extraPorts: `${inside.port}` })
  const asker = await buildOwner(closed.app)
  const save = (issuer: string) => asker.browser.put('/v1/sso-connection', { issuer, clientId, clientSecret: 'secret' })
  const refusals: Record<string, RegExp> = {
    [double.issuer]: /is no https address/,
    'http://169.254.169.254/latest': /is no https address/,
    [`https://127.0.0.1:${inside.port}`]: /is not an address of the internet/,
    [`https://localhost:${inside.port}`]: /resolves to an address that is not of the internet/,
    [`https://2130706433:${inside.port}`]: /is not an address of the internet/,
    [`https://0x7f.1:${inside.port}`]: /is not an address of the internet/,
    [`https://[::ffff:127.0.0.1]:${inside.port}`]: /is not an address of the internet/,
    'https://[::1]/': /is not an address of the internet/,
    'https://169.254.169.254': /is not an address of the internet/,
    'https://10.0.0.1': /is not an address of the internet/,
    'https://example.com:8443': /uses port 8443/,
  }
  for (const [issuer, reason] of Object.entries(refusals)) {
    const reply = await save(issuer)
    assert.deepEqual([reply.status, reply.body.code], [400, 'identity.sso_issuer_refused'], `${issuer}: ${reply.text}`)
    assert.match(reply.body.detail.reason, reason, issuer)
  }
  assert.equal((await save('file:///etc/passwd')).status, 400)
  assert.equal(connections, 0)
  assert.equal((await asker.browser.get('/v1/sso-connection')).body.connection, null)
})

/** A server on this machine that nobody is to reach. */
async function openListener(onConnection: () => void) {
  const server = createServer((socket) => {
    onConnection()
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

test('a token endpoint that carries a user name is not called', async () => {
  double.metadata = { token_endpoint: 'http://user:pw@127.0.0.1:1/token' }
  const { browser, answer } = await leave()
  assert.equal(await failureOf(browser, answer()), 'identity.federation_refused')
  double.metadata = {}
})

test('GHSA-8fpg-xm3f-6cx3: a connection that is gone, or whose secret cannot be read, signs nobody in', async () => {
  await using company = await buildCompany(stage)
  const begun = createBrowser(stage.app.url)
  const { url } = (await begun.post('/v1/external-sign-ins', { domain: company.domain })).body
  const back = new URL(await visitProvider(url))
  await stage.app.db.withTenant(company.owner.tenantId, (trx) =>
    trx.updateTable('identity.sso_connection').set({ client_secret: 'v1.broken' }).execute(),
  )
  const { location } = await comeBack(stage.app, begun, back.pathname + back.search)
  assert.equal(location.searchParams.get('failed'), 'keys.unreadable')
  assert.equal((await begun.get('/v1/me')).status, 401)
  await company.owner.browser.delete('/v1/sso-connection')
  const gone = await stage.app.anonymous.post('/v1/external-sign-ins', { domain: company.domain })
  assert.equal(gone.body.code, 'identity.federation_off')
  await assert.rejects(signInBy(stage.app, { domain: company.domain }))
})
