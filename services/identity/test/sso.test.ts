import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { createBrowser } from '@fanfare/testkit'
import { addTotp } from './factor-app.ts'
import { buildOwner, password } from './factories.ts'
import {
  buildCompany,
  comeBack,
  connectionTo,
  type FederationStage,
  newDomain,
  openFederationStage,
  personAt,
  proveAddress,
  signInBy,
  visitProvider,
} from './federation-stage.ts'
import { openOpenidProvider } from './openid-provider.ts'

let stage: FederationStage
before(async () => {
  stage = await openFederationStage()
})
after(() => stage[Symbol.asyncDispose]())

test('somebody new of the domain comes in by the issuer, with an account and the default role', async () => {
  await using company = await buildCompany(stage, { defaultRole: 'editor' })
  const { browser, location } = await signInBy(stage.app, { domain: company.domain, returnTo: '/contacts?page=2' })
  assert.equal(location.pathname + location.search, '/contacts?page=2')
  const me = (await browser.get('/v1/me')).body
  assert.equal(me.person.email, `ada@${company.domain}`)
  assert.equal(me.person.name, 'Ada')
  assert.deepEqual(
    me.workspaces.map(({ id, role }: Record<string, string>) => ({ id, role })),
    [{ id: company.owner.tenantId, role: 'editor' }],
  )
})

test('who comes back is the same person, with the name that the issuer has by now', async () => {
  await using company = await buildCompany(stage)
  const first = await signInBy(stage.app, { domain: company.domain })
  company.provider.person.name = 'Ada Lovelace'
  const again = await signInBy(stage.app, { domain: company.domain })
  const [before, now] = [(await first.browser.get('/v1/me')).body, (await again.browser.get('/v1/me')).body]
  assert.equal(now.person.id, before.person.id)
  assert.equal(now.person.name, 'Ada Lovelace')
})

test('an address that changes at the issuer changes neither whose account it is nor its address', async () => {
  await using company = await buildCompany(stage)
  const first = (await (await signInBy(stage.app, { domain: company.domain })).browser.get('/v1/me')).body
  const { provision } = stage.app.get(Identity)
  const other = `boss@${company.domain}`
  await provision({ workspaceName: 'Boss', name: 'Boss', email: other, password })
  company.provider.person.email = other
  const again = (await (await signInBy(stage.app, { domain: company.domain })).browser.get('/v1/me')).body
  assert.deepEqual(again.person, first.person)
})

test('an address that was given to another subject does not open the account of the former', async () => {
  await using company = await buildCompany(stage)
  await signInBy(stage.app, { domain: company.domain })
  company.provider.person = { ...company.provider.person, subject: 'the-next-Ada' }
  const { location, browser } = await signInBy(stage.app, { domain: company.domain })
  assert.equal(location.pathname + location.search, '/sign-in?failed=identity.federation_unknown')
  assert.equal((await browser.get('/v1/me')).status, 401)
})

test('an account that was there before is linked and becomes a member, once both sides have proven the address', async () => {
  await using company = await buildCompany(stage)
  const wanted = { workspaceName: 'Own', name: 'Ada', email: `ada@${company.domain}`, password }
  const { userId, tenantId } = await stage.app.get(Identity).provision(wanted)
  const early = await signInBy(stage.app, { domain: company.domain })
  assert.equal(early.location.searchParams.get('failed'), 'identity.federation_unknown')
  await proveAddress(stage.app, userId)
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  const me = (await browser.get('/v1/me')).body
  assert.equal(me.person.id, userId)
  assert.deepEqual(
    new Set(me.workspaces.map(({ id }: { id: string }) => id)),
    new Set([tenantId, company.owner.tenantId]),
  )
})

test('GHSA-g38m-r43w-p2q7: an address that the issuer has not verified opens and makes no account', async () => {
  await using company = await buildCompany(stage)
  const wanted = { workspaceName: 'Own', name: 'Ada', email: `ada@${company.domain}`, password }
  await proveAddress(stage.app, (await stage.app.get(Identity).provision(wanted)).userId)
  company.provider.person.emailVerified = false
  const known = await signInBy(stage.app, { domain: company.domain })
  assert.equal(known.location.searchParams.get('failed'), 'identity.federation_unverified')
  company.provider.person = { ...personAt(company.domain, 'Bob'), emailVerified: false }
  const unknown = await signInBy(stage.app, { domain: company.domain })
  assert.equal(unknown.location.search, known.location.search)
  assert.equal((await known.browser.get('/v1/me')).status, 401)
})

test("GHSA-phx7-w8x2-3xgf: an issuer's word counts for no domain but those the workspace has proven", async () => {
  await using company = await buildCompany(stage)
  const victim = await buildOwner(stage.app)
  company.provider.person = { ...company.provider.person, subject: 'evil', email: victim.email }
  const { location, browser } = await signInBy(stage.app, { domain: company.domain })
  assert.equal(location.searchParams.get('failed'), 'identity.federation_domain')
  assert.equal((await browser.get('/v1/me')).status, 401)
})

test('GHSA-phx7-w8x2-3xgf: a domain that is not proven leads nowhere and lets nobody join', async () => {
  await using company = await buildCompany(stage)
  const domain = newDomain()
  await company.owner.browser.post('/v1/sso-domains', { domain })
  assert.equal((await stage.app.anonymous.get(`/v1/sign-in-options?domain=${domain}`)).body.sso, null)
  assert.equal((await stage.app.anonymous.post('/v1/external-sign-ins', { domain })).status, 404)
  company.provider.person = personAt(domain, 'Eve')
  const { location } = await signInBy(stage.app, { domain: company.domain })
  assert.equal(location.searchParams.get('failed'), 'identity.federation_domain')
})

test('when the domain is given up, what was linked by it opens nothing more', async () => {
  await using company = await buildCompany(stage)
  await signInBy(stage.app, { domain: company.domain })
  const begun = createBrowser(stage.app.url)
  const { url } = (await begun.post('/v1/external-sign-ins', { domain: company.domain })).body
  const { rows } = (await company.owner.browser.get('/v1/sso-domains')).body
  assert.equal((await company.owner.browser.delete(`/v1/sso-domains/${rows[0].id}`)).status, 204)
  const back = new URL(await visitProvider(url))
  const { location } = await comeBack(stage.app, begun, back.pathname + back.search)
  assert.equal(location.searchParams.get('failed'), 'identity.federation_domain')
})

test('the issuer lets nobody new into a workspace without a seat left, or that is suspended; members go on', async () => {
  await using company = await buildCompany(stage)
  const { tenantId } = company.owner
  await signInBy(stage.app, { domain: company.domain })
  const failed = async () => (await signInBy(stage.app, { domain: company.domain })).location.searchParams.get('failed')
  await stage.app.get(Identity).setLimits({ tenantId, change: { seats: 2 } })
  assert.equal(await failed(), null)
  company.provider.person = personAt(company.domain, 'Bob')
  assert.equal(await failed(), 'identity.limit_reached')

  await stage.app.get(Identity).setLimits({ tenantId, change: { seats: 3 } })
  await stage.app.get(Identity).suspendWorkspace({ tenantId, reason: 'complaints' })
  assert.equal(await failed(), 'identity.workspace_halted')
  await stage.app.get(Identity).resumeWorkspace({ tenantId })
  assert.equal(await failed(), null)
})

test('who was taken out of the workspace is not let back in by the issuer', async () => {
  await using company = await buildCompany(stage)
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  const { id } = (await browser.get('/v1/me')).body.person
  await stage.app.db.withTenant(company.owner.tenantId, (trx) =>
    trx.deleteFrom('identity.membership').where('account_id', '=', id).execute(),
  )
  const again = await signInBy(stage.app, { domain: company.domain })
  assert.deepEqual((await again.browser.get('/v1/me')).body.workspaces, [])
})

test('where the workspace demands it, members of its domain sign in no other way, and owners still can', async () => {
  await using company = await buildCompany(stage)
  const email = `ada@${company.domain}`
  const wanted = { workspaceName: 'Own', name: 'Ada', email, password }
  await proveAddress(stage.app, (await stage.app.get(Identity).provision(wanted)).userId)
  await signInBy(stage.app, { domain: company.domain })
  assert.equal((await stage.app.anonymous.post('/v1/sessions', { email, password })).status, 201)

  const demand = { ...connectionTo(company.provider), required: true }
  assert.equal((await company.owner.browser.put('/v1/sso-connection', demand)).status, 200)

  const refused = await stage.app.anonymous.post('/v1/sessions', { email, password })
  assert.equal(refused.status, 403)
  assert.equal(refused.body.code, 'identity.sso_required')
  assert.deepEqual(refused.headers.getSetCookie(), [])
  const wrong = await stage.app.anonymous.post('/v1/sessions', { email, password: 'a wrong password' })
  assert.equal(wrong.body.code, 'identity.credentials_wrong')
  const options = (await stage.app.anonymous.get(`/v1/sign-in-options?domain=${company.domain}`)).body
  assert.deepEqual(options.sso, { domain: company.domain, required: true })
  const owner = { email: company.owner.email, password }
  assert.equal((await stage.app.anonymous.post('/v1/sessions', owner)).status, 201)
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await browser.get('/v1/me')).status, 200)
})

test('the options of a domain are the same whether or not anybody there has an account', async () => {
  await using company = await buildCompany(stage)
  const ask = () => stage.app.anonymous.get(`/v1/sign-in-options?domain=${company.domain}`)
  const before = (await ask()).text
  await signInBy(stage.app, { domain: company.domain })
  assert.equal((await ask()).text, before)
  assert.equal((await stage.app.anonymous.get('/v1/sign-in-options')).body.sso, null)
  assert.equal((await stage.app.anonymous.get('/v1/sign-in-options?domain=not%20one')).status, 400)
})

test("the issuer's word for more than one factor saves the second step only where the workspace says so", async () => {
  await using company = await buildCompany(stage)
  company.provider.person = { ...company.provider.person, amr: ['pwd', 'mfa'] }
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  await addTotp(stage.app, browser)
  const half = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await half.browser.get('/v1/me')).body.code, 'http.factor_needed')

  await company.owner.browser.put('/v1/sso-connection', { ...connectionTo(company.provider), mfaCounts: true })
  const whole = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await whole.browser.get('/v1/me')).status, 200)

  company.provider.person = { ...company.provider.person, amr: ['pwd'] }
  const one = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await one.browser.get('/v1/me')).body.code, 'http.factor_needed')
})

test("the issuer's word never saves the second step of an account that also opens another workspace", async () => {
  await using company = await buildCompany(stage, { mfaCounts: true })
  company.provider.person = { ...company.provider.person, amr: ['mfa'] }
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  await browser.post('/v1/workspaces', { name: 'Of my own' })
  await addTotp(stage.app, browser)
  const half = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await half.browser.get('/v1/me')).body.code, 'http.factor_needed')
})

test('a code that was used, or that another browser was given, is refused by the provider', async () => {
  await using company = await buildCompany(stage)
  const first = createBrowser(stage.app.url)
  const begun = (await first.post('/v1/external-sign-ins', { domain: company.domain })).body
  const back = new URL(await visitProvider(begun.url))
  await comeBack(stage.app, first, back.pathname + back.search)
  const second = createBrowser(stage.app.url)
  const other = new URL((await second.post('/v1/external-sign-ins', { domain: company.domain })).body.url)
  back.searchParams.set('state', other.searchParams.get('state') as string)
  const { location } = await comeBack(stage.app, second, back.pathname + back.search)
  assert.equal(location.searchParams.get('failed'), 'identity.federation_refused')
  assert.equal((await second.get('/v1/me')).status, 401)
})

test('50 callbacks with one state at once: one signs in, and the code is shown to the issuer once', async () => {
  await using company = await buildCompany(stage)
  const browser = createBrowser(stage.app.url)
  const { url } = (await browser.post('/v1/external-sign-ins', { domain: company.domain })).body
  const back = new URL(await visitProvider(url))
  const came = await Promise.all(
    Array.from({ length: 50 }, () => comeBack(stage.app, browser, back.pathname + back.search)),
  )
  const failed = came.filter(({ location }) => location.searchParams.get('failed') === 'identity.federation_stale')
  assert.equal(failed.length, 49)
  assert.equal(company.provider.tokenCalls, 1)
})

test('ten first sign-ins of one person at once make one account', async () => {
  await using company = await buildCompany(stage)
  const came = await Promise.all(Array.from({ length: 10 }, () => signInBy(stage.app, { domain: company.domain })))
  const people = await Promise.all(came.map(async ({ browser }) => (await browser.get('/v1/me')).body.person?.id))
  assert.equal(new Set(people).size, 1)
  assert.ok(people[0])
})

test('a sign-in that was given up at the provider ends on the sign-in page, with where it was going', async () => {
  await using company = await buildCompany(stage)
  const browser = createBrowser(stage.app.url)
  const wanted = { domain: company.domain, returnTo: '/contacts' }
  const url = new URL((await browser.post('/v1/external-sign-ins', wanted)).body.url)
  const answer = new URLSearchParams({
    error: 'access_denied',
    state: url.searchParams.get('state') as string,
    iss: company.provider.issuer,
  })
  const path = `/v1/external-sign-ins/${company.owner.tenantId}/callback?${answer}`
  const { location } = await comeBack(stage.app, browser, path)
  assert.equal(location.pathname + location.search, '/sign-in?failed=identity.federation_denied&next=%2Fcontacts')
})

test('an owner whose address nobody has mailed to links their own single sign-on while signed in', async () => {
  await using company = await buildCompany(stage)
  const email = `owner@${company.domain}`
  await stage.app.db.transaction((trx) =>
    trx.updateTable('identity.account').set({ email }).where('id', '=', company.owner.userId).execute(),
  )
  const link = async () => {
    const { url } = (await company.owner.browser.post('/v1/me/external-accounts', { domain: company.domain })).body
    const back = new URL(await visitProvider(url))
    return comeBack(stage.app, company.owner.browser, back.pathname + back.search)
  }
  const foreign = await link()
  assert.equal(foreign.location.searchParams.get('failed'), 'identity.federation_domain')
  company.provider.person = { ...personAt(company.domain, 'Owner'), email }
  assert.equal((await company.owner.browser.get('/v1/me/external-accounts')).body.sso, company.domain)
  assert.equal((await link()).location.searchParams.get('failed'), null)
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await browser.get('/v1/me')).body.person.id, company.owner.userId)
})

test('what changes who may come in, and who came in first, is in the audit trail', async () => {
  await using company = await buildCompany(stage)
  await signInBy(stage.app, { domain: company.domain })
  await stage.app.drain()
  const { rows } = (await company.owner.browser.get('/v1/audit?limit=100')).body
  const actions = rows.map(({ action }: { action: string }) => action).toSorted()
  assert.deepEqual(actions, ['member.joined_by_sso', 'sso_connection.saved', 'sso_domain.added', 'sso_domain.verified'])
  assert.ok(!JSON.stringify(rows).includes(company.provider.clientSecret))
})

test('another issuer, or another client of it, ends what the one before had linked', async () => {
  await using company = await buildCompany(stage)
  await signInBy(stage.app, { domain: company.domain })
  const { redirectUri } = (await company.owner.browser.get('/v1/sso-connection')).body
  await using next = await openOpenidProvider({ person: personAt(company.domain, 'Eve'), redirectUris: [redirectUri] })
  next.person = { ...next.person, subject: company.provider.person.subject }
  await company.owner.browser.put('/v1/sso-connection', connectionTo(next))
  const { browser } = await signInBy(stage.app, { domain: company.domain })
  assert.equal((await browser.get('/v1/me')).body.person.email, `eve@${company.domain}`)
})
