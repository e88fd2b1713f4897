import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createBrowser, type TestClient } from '@fanfare/testkit'
import { buildOwner, password } from './factories.ts'
import { buildProvenOwner, comeBack, type FederationStage, openFederationStage } from './federation-stage.ts'
import { clientId, type IssuerDouble, openIssuerDouble } from './issuer-double.ts'
import { mailsTo } from './mails.ts'
import { agree, client, openVendorDouble, type VendorDouble, type VendorName } from './vendor-doubles.ts'

let stage: FederationStage
let vendors: Record<VendorName, VendorDouble>
/** Stands in for Google and Microsoft: OpenID providers with claims of their own. */
let issuer: IssuerDouble
before(async () => {
  issuer = await openIssuerDouble()
  vendors = {
    github: await openVendorDouble('github'),
    linkedin: await openVendorDouble('linkedin'),
    x: await openVendorDouble('x'),
  }
  stage = await openFederationStage({
    githubClientId: client.id,
    githubClientSecret: client.secret,
    githubUrl: vendors.github.url,
    linkedinClientId: client.id,
    linkedinClientSecret: client.secret,
    linkedinUrl: vendors.linkedin.url,
    xClientId: client.id,
    xClientSecret: client.secret,
    xUrl: vendors.x.url,
    googleClientId: clientId,
    googleClientSecret: 'secret',
    googleUrl: issuer.issuer,
    microsoftClientId: clientId,
    microsoftClientSecret: 'secret',
    microsoftUrl: issuer.issuer,
  })
})
after(async () => {
  await stage[Symbol.asyncDispose]()
  for (const double of [...Object.values(vendors), issuer]) await double[Symbol.asyncDispose]()
})

interface Somebody {
  readonly id: number
  readonly email: string
  readonly verified: boolean
}
let ids = 500

/** Has the vendors say this about whoever comes next, in the shapes that they document. */
function somebody(email: string, verified = true): Somebody {
  ids += 1
  const id = ids
  vendors.github.answers = {
    '/user': {
      login: 'octocat',
      id,
      node_id: 'MDQ6VXNlcjE=',
      avatar_url: 'https://github.com/images/error/octocat_happy.gif',
      type: 'User',
      site_admin: false,
      name: 'monalisa octocat',
      email: 'somebody.else@example.com',
    },
    '/user/emails': [
      { email: 'other@example.com', verified: true, primary: false, visibility: null },
      { email, verified, primary: true, visibility: 'private' },
    ],
  }
  vendors.linkedin.answers = {
    '/v2/userinfo': {
      sub: `782bbtaQ${id}`,
      name: 'John Doe',
      given_name: 'John',
      family_name: 'Doe',
      picture: 'https://media.licdn-ei.com/dms/image/C5F03AQHqK8v7tB1HCQ/profile-displayphoto-shrink_100_100/0/',
      locale: 'en-US',
      email,
      email_verified: verified,
    },
  }
  vendors.x.answers = {
    '/2/users/me?user.fields=confirmed_email,profile_image_url': {
      data: {
        id: String(2_244_994_000 + id),
        name: 'X Dev',
        username: 'TwitterDev',
        profile_image_url: 'https://pbs.twimg.com/profile_images/1445764922474827784/W2zEPN7U_normal.jpg',
        ...(verified ? { confirmed_email: email } : {}),
      },
    },
  }
  issuer.claims = { sub: `sub-${id}`, email, email_verified: verified, name: 'Ada' }
  issuer.idToken = (claims, { right }) => right(claims)
  return { id, email, verified }
}

async function signInWith(provider: string, browser: TestClient = createBrowser(stage.app.url)) {
  const { body } = await browser.post('/v1/external-sign-ins', { provider, returnTo: '/contacts' })
  return return_(provider, browser, body.url)
}

async function linkWith(provider: string, browser: TestClient) {
  const begun = await browser.post('/v1/me/external-accounts', { provider, returnTo: '/settings/profile' })
  assert.equal(begun.status, 201, begun.text)
  return return_(provider, browser, begun.body.url)
}

async function return_(provider: string, browser: TestClient, url: string) {
  if (provider in vendors) return comeBack(stage.app, browser, agree(url))
  const asked = new URL(url).searchParams
  issuer.nonce = asked.get('nonce') as string
  const answer = new URLSearchParams({ code: 'a code', state: asked.get('state') as string })
  return comeBack(stage.app, browser, `/v1/external-sign-ins/${provider}/callback?${answer}`)
}

test('the providers that the operator has set up are offered, in order', async () => {
  const { providers } = (await stage.app.anonymous.get('/v1/sign-in-options')).body
  assert.deepEqual(
    providers.map(({ name }: { name: string }) => name),
    ['Google', 'Microsoft', 'GitHub', 'LinkedIn', 'X'],
  )
})

test('GHSA-8fpg-xm3f-6cx3: what is not set up is not offered, and half a client keeps the service from starting', async () => {
  await using bare = await openFederationStage()
  assert.deepEqual((await bare.app.anonymous.get('/v1/sign-in-options')).body, { providers: [], sso: null })
  const refused = await bare.app.anonymous.post('/v1/external-sign-ins', { provider: 'github' })
  assert.equal(refused.body.code, 'identity.federation_off')
  const callback = await bare.app.anonymous.get('/v1/external-sign-ins/github/callback?code=x&state=y')
  assert.match(callback.headers.get('location') as string, /failed=identity\.federation_stale$/)
  await assert.rejects(openFederationStage({ githubClientId: 'only' }), /FANFARE_IDENTITY_GITHUB_CLIENT_SECRET/)
})

for (const provider of ['github', 'linkedin', 'x']) {
  test(`an account whose address ${provider} has verified too is linked and opened`, async () => {
    const owner = await buildProvenOwner(stage.app)
    somebody(owner.email.toUpperCase())
    const { browser, location } = await signInWith(provider)
    assert.equal(location.pathname, '/contacts')
    assert.equal((await browser.get('/v1/me')).body.person.id, owner.userId)
    const { rows, linkable } = (await browser.get('/v1/me/external-accounts')).body
    assert.equal(rows.length, 1)
    assert.equal(rows[0].provider, provider)
    assert.equal(rows[0].email, owner.email)
    assert.match(rows[0].pictureUrl, /^https:/)
    assert.ok(rows[0].name)
    assert.ok(!linkable.some(({ id }: { id: string }) => id === provider))
    assert.deepEqual(vendors[provider as VendorName].complaints, [])
  })

  test(`GHSA-g38m-r43w-p2q7: an address that ${provider} has not verified opens nothing, and says nothing of an account`, async () => {
    const owner = await buildProvenOwner(stage.app)
    somebody(owner.email, false)
    const known = await signInWith(provider)
    somebody(`${randomUUID()}@example.com`, true)
    const unknown = await signInWith(provider)
    assert.equal(known.location.href, unknown.location.href)
    assert.equal(known.location.searchParams.get('failed'), 'identity.federation_unknown')
    assert.equal((await known.browser.get('/v1/me')).status, 401)
  })

  test(`a code of ${provider} is good once`, async () => {
    const owner = await buildProvenOwner(stage.app)
    somebody(owner.email)
    const browser = createBrowser(stage.app.url)
    const { url } = (await browser.post('/v1/external-sign-ins', { provider })).body
    const path = agree(url)
    await comeBack(stage.app, browser, path)
    const other = createBrowser(stage.app.url)
    const again = new URL((await other.post('/v1/external-sign-ins', { provider })).body.url)
    const replay = new URL(path, stage.app.url)
    replay.searchParams.set('state', again.searchParams.get('state') as string)
    const { location } = await comeBack(stage.app, other, replay.pathname + replay.search)
    assert.equal(location.searchParams.get('failed'), 'identity.federation_refused')
    vendors[provider as VendorName].complaints.length = 0
  })
}

test('an account whose own address nobody has proven is opened only by what its owner has linked', async () => {
  const owner = await buildOwner(stage.app)
  somebody(owner.email)
  const stranger = await signInWith('github')
  assert.equal(stranger.location.searchParams.get('failed'), 'identity.federation_unknown')
  assert.equal((await linkWith('github', owner.browser)).location.pathname, '/settings/profile')
  const { browser } = await signInWith('github')
  assert.equal((await browser.get('/v1/me')).body.person.id, owner.userId)
})

test('where sign-up is open, a proven address that nobody has makes an account with a workspace of its own', async () => {
  await using open = await openFederationStage({
    signUp: 'open',
    githubClientId: client.id,
    githubClientSecret: client.secret,
    githubUrl: vendors.github.url,
  })
  const come = async () => {
    const browser = createBrowser(open.app.url)
    const { url } = (await browser.post('/v1/external-sign-ins', { provider: 'github' })).body
    await comeBack(open.app, browser, agree(url))
    return (await browser.get('/v1/me')).body
  }
  somebody('new.person@example.com')
  const me = await come()
  assert.equal(me.person.email, 'new.person@example.com')
  assert.equal(me.person.emailVerified, true)
  assert.equal(me.person.hasPassword, false)
  assert.deepEqual(
    me.workspaces.map(({ name, role }: Record<string, string>) => [name, role]),
    [['monalisa octocat', 'owner']],
  )
  assert.equal((await come()).person.id, me.person.id)
  somebody('unproven@example.com', false)
  assert.equal((await come()).status, 401)
})

test('Google is believed about its own mailboxes and the domains it hosts, and about no others', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(owner.email)
  assert.equal((await signInWith('google')).location.searchParams.get('failed'), 'identity.federation_unknown')
  issuer.claims = { ...issuer.claims, hd: 'example.com' }
  const { browser } = await signInWith('google')
  assert.equal((await browser.get('/v1/me')).body.person.id, owner.userId)
})

test('Microsoft is believed about an address only when it has proven its domain', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(owner.email)
  assert.equal((await signInWith('microsoft')).location.searchParams.get('failed'), 'identity.federation_unknown')
  issuer.claims = { ...issuer.claims, xms_edov: true }
  const { browser } = await signInWith('microsoft')
  assert.equal((await browser.get('/v1/me')).body.person.id, owner.userId)
})

test('who is signed in links an account with another address, and comes in by it from then on', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(`private-${randomUUID()}@example.com`, false)
  assert.equal((await linkWith('github', owner.browser)).location.href, `${stage.app.url}/settings/profile`)
  const { browser } = await signInWith('github')
  const { person } = (await browser.get('/v1/me')).body
  assert.equal(person.id, owner.userId)
  assert.equal(person.email, owner.email)
})

test('the owner of an account is told by mail of a new way in', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(owner.email)
  await signInWith('github')
  await signInWith('github')
  const mails = await mailsTo(stage.app, owner.email)
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['A new way to sign in to your account at Fanfare'],
  )
  assert.match(mails[0]?.text ?? '', /opens with GitHub/)
})

test('linking asks for a recent proof of identity, and for a session', async () => {
  const owner = await buildProvenOwner(stage.app)
  assert.equal((await stage.app.anonymous.post('/v1/me/external-accounts', { provider: 'github' })).status, 401)
  assert.equal((await stage.app.anonymous.get('/v1/me/external-accounts')).status, 401)
  stage.app.clock.advance(11 * 60_000)
  const late = await owner.browser.post('/v1/me/external-accounts', { provider: 'github' })
  assert.equal(late.body.code, 'http.proof_needed')
})

test('a link that was begun in one session is not finished in another, nor by nobody', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(owner.email, false)
  const begun = await owner.browser.post('/v1/me/external-accounts', {
    provider: 'github',
    returnTo: '/settings/profile',
  })
  await owner.browser.post('/v1/sessions', { email: owner.email, password })
  const { location } = await comeBack(stage.app, owner.browser, agree(begun.body.url))
  assert.equal(location.pathname + location.search, '/settings/profile?failed=identity.federation_stale')
  assert.deepEqual((await owner.browser.get('/v1/me/external-accounts')).body.rows, [])
})

test('what is linked to one account is not linked to another', async () => {
  const [first, second] = [await buildProvenOwner(stage.app), await buildProvenOwner(stage.app)]
  somebody(first.email, false)
  await linkWith('github', first.browser)
  const { location } = await linkWith('github', second.browser)
  assert.equal(location.searchParams.get('failed'), 'identity.federation_taken')
  assert.deepEqual((await second.browser.get('/v1/me/external-accounts')).body.rows, [])
})

test('50 links of one account elsewhere to two accounts here at once: one has it', async () => {
  const owners = [await buildProvenOwner(stage.app), await buildProvenOwner(stage.app)]
  somebody(`${randomUUID()}@example.com`)
  const journeys = []
  for (let n = 0; n < 50; n++) {
    const { browser } = owners[n % 2] as (typeof owners)[number]
    const { body } = await browser.post('/v1/me/external-accounts', { provider: 'github' })
    journeys.push(() => comeBack(stage.app, browser, agree(body.url)))
  }
  const came = await Promise.all(journeys.map((go) => go()))
  assert.equal(came.filter(({ location }) => location.searchParams.get('failed') === null).length, 1)
  const rows = await Promise.all(
    owners.map(async ({ browser }) => (await browser.get('/v1/me/external-accounts')).body.rows),
  )
  assert.equal(rows.flat().length, 1)
})

test('a provider is unlinked, but never the last way in, not even by two unlinks at once', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(owner.email, false)
  await linkWith('github', owner.browser)
  await linkWith('x', owner.browser)
  await stage.app.db.transaction((trx) =>
    trx.updateTable('identity.account').set({ password_hash: null }).where('id', '=', owner.userId).execute(),
  )
  const { rows } = (await owner.browser.get('/v1/me/external-accounts')).body
  const replies = await Promise.all(
    rows.map(({ id }: { id: string }) => owner.browser.delete(`/v1/me/external-accounts/${id}`)),
  )
  assert.deepEqual(replies.map(({ status }) => status).toSorted(), [204, 409])
  assert.equal(replies.find(({ status }) => status === 409)?.body.code, 'identity.last_way_in')
  assert.equal((await owner.browser.get('/v1/me/external-accounts')).body.rows.length, 1)
})

test('with a password the last link goes too, and opens nothing any more', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(`${randomUUID()}@example.com`, false)
  await linkWith('github', owner.browser)
  const { rows } = (await owner.browser.get('/v1/me/external-accounts')).body
  const stranger = await buildProvenOwner(stage.app)
  assert.equal((await stranger.browser.delete(`/v1/me/external-accounts/${rows[0].id}`)).status, 404)
  assert.equal((await owner.browser.delete(`/v1/me/external-accounts/${randomUUID()}`)).status, 404)
  assert.equal((await owner.browser.delete(`/v1/me/external-accounts/${rows[0].id}`)).status, 204)
  const { location } = await signInWith('github')
  assert.equal(location.searchParams.get('failed'), 'identity.federation_unknown')
})

test('a provider whose API does not answer as documented signs nobody in', async () => {
  const owner = await buildProvenOwner(stage.app)
  somebody(owner.email)
  const answers: Record<string, unknown>[] = [
    {},
    { '/user': {}, '/user/emails': [] },
    { '/user': { id: { $ne: 1 } }, '/user/emails': {} },
    { '/user': 'text', '/user/emails': null },
    { '/user': { id: 1.5 }, '/user/emails': [] },
  ]
  for (const wrong of answers) {
    vendors.github.answers = wrong
    const { location } = await signInWith('github')
    assert.equal(location.searchParams.get('failed'), 'identity.federation_refused', JSON.stringify(wrong))
  }
})

test('an unknown provider and a body that names none are refused by name', async () => {
  for (const body of [{ provider: 'myspace' }, {}, { domain: 'x' }]) {
    assert.equal((await stage.app.anonymous.post('/v1/external-sign-ins', body)).status, 400)
  }
  const unknown = await stage.app.anonymous.post('/v1/external-sign-ins', { domain: 'nobody.example' })
  assert.equal(unknown.body.code, 'identity.federation_off')
})
