import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { createBrowser } from '@fanfare/testkit'
import { buildKeyHeader, buildOwner, type Owner, password } from './factories.ts'
import { type FederationStage, newDomain, openFederationStage, proveDomain, publish } from './federation-stage.ts'
import { clientId, type IssuerDouble, openIssuerDouble } from './issuer-double.ts'

let stage: FederationStage
let double: IssuerDouble
before(async () => {
  stage = await openFederationStage()
  double = await openIssuerDouble()
})
after(async () => {
  await stage[Symbol.asyncDispose]()
  await double[Symbol.asyncDispose]()
})

const connection = () => ({ issuer: double.issuer, clientId, clientSecret: 'a secret that nobody sees again' })

/** A member of the owner's workspace with this role, signed in. */
async function buildMember(owner: Owner, role: 'admin' | 'editor' | 'viewer') {
  const email = `${role}-${randomUUID()}@example.com`
  const wanted = { workspaceName: 'Own', name: role, email, password }
  const { userId } = await stage.app.get(Identity).provision(wanted)
  await stage.app.db.withTenant(owner.tenantId, (trx) =>
    trx
      .insertInto('identity.membership')
      .values({ tenant_id: owner.tenantId, account_id: userId, role, created_at: new Date() })
      .execute(),
  )
  const browser = createBrowser(stage.app.url, owner.tenantId)
  await browser.post('/v1/sessions', { email, password })
  return browser
}

test('an owner sets the single sign-on and never sees its secret again', async () => {
  const owner = await buildOwner(stage.app)
  const empty = (await owner.browser.get('/v1/sso-connection')).body
  assert.equal(empty.connection, null)
  assert.equal(empty.redirectUri, `${stage.app.url}/v1/external-sign-ins/${owner.tenantId}/callback`)
  const saved = await owner.browser.put('/v1/sso-connection', connection())
  assert.equal(saved.status, 200)
  const shown = await owner.browser.get('/v1/sso-connection')
  assert.deepEqual(
    { ...shown.body.connection, changedAt: '' },
    {
      issuer: double.issuer,
      clientId,
      defaultRole: 'viewer',
      required: false,
      mfaCounts: false,
      changedAt: '',
    },
  )
  const rows = await stage.app.db.withTenant(owner.tenantId, (trx) =>
    trx.selectFrom('identity.sso_connection').selectAll().execute(),
  )
  for (const text of [saved.text, shown.text, JSON.stringify(rows)]) assert.ok(!text.includes('nobody sees'))
})

test('the secret stays when it is left out, and is asked for when issuer or client change', async () => {
  const owner = await buildOwner(stage.app)
  const { clientSecret: _, ...bare } = connection()
  assert.equal((await owner.browser.put('/v1/sso-connection', bare)).body.code, 'identity.sso_secret_needed')
  await owner.browser.put('/v1/sso-connection', connection())
  assert.equal((await owner.browser.put('/v1/sso-connection', { ...bare, defaultRole: 'editor' })).status, 200)
  const other = await owner.browser.put('/v1/sso-connection', { ...bare, clientId: 'another' })
  assert.equal(other.body.code, 'identity.sso_secret_needed')
})

test('GHSA-gv74-j8m3-fg5f: only owners set the single sign-on, admins see it, and others do neither', async () => {
  const owner = await buildOwner(stage.app)
  await owner.browser.put('/v1/sso-connection', connection())
  const admin = await buildMember(owner, 'admin')
  assert.equal((await admin.get('/v1/sso-connection')).status, 200)
  assert.equal((await admin.get('/v1/sso-domains')).status, 200)
  for (const browser of [admin, await buildMember(owner, 'editor'), await buildMember(owner, 'viewer')]) {
    assert.equal((await browser.put('/v1/sso-connection', connection())).status, 403)
    assert.equal((await browser.delete('/v1/sso-connection')).status, 403)
    assert.equal((await browser.post('/v1/sso-domains', { domain: newDomain() })).status, 403)
  }
  const viewer = await buildMember(owner, 'viewer')
  assert.equal((await viewer.get('/v1/sso-connection')).status, 403)
  assert.equal((await viewer.post('/v1/sso-connection/test')).status, 403)
  const key = await buildKeyHeader(stage.app, owner.tenantId, 'owner')
  assert.equal((await stage.app.anonymous.put('/v1/sso-connection', connection(), key)).status, 403)
  assert.equal((await stage.app.anonymous.get('/v1/sso-connection')).status, 401)
  assert.equal((await stage.app.anonymous.put('/v1/sso-connection', connection())).status, 401)
})

test('a change asks for a recent proof of identity', async () => {
  const owner = await buildOwner(stage.app)
  stage.app.clock.advance(11 * 60_000)
  const reply = await owner.browser.put('/v1/sso-connection', connection())
  assert.equal(reply.body.code, 'http.proof_needed')
  assert.equal((await owner.browser.get('/v1/sso-connection')).status, 200)
})

test('the default role is never owner, and nonsense is named', async () => {
  const owner = await buildOwner(stage.app)
  const put = (change: object) => owner.browser.put('/v1/sso-connection', { ...connection(), ...change })
  assert.equal((await put({ defaultRole: 'owner' })).status, 400)
  assert.equal((await put({ issuer: 'ftp://example.com' })).body.violations[0].path, '/body/issuer')
  assert.equal((await put({ issuer: `${double.issuer}?tenant=1` })).status, 400)
  const nobody = await put({ issuer: `${double.issuer}/nobody` })
  assert.equal(nobody.body.code, 'identity.sso_issuer_refused')
})

test('an issuer that speaks for all tenants of a vendor is refused', async () => {
  const owner = await buildOwner(stage.app)
  double.metadata = { issuer: '{tenantid}' }
  const reply = await owner.browser.put('/v1/sso-connection', connection())
  assert.equal(reply.body.code, 'identity.sso_issuer_refused')
  double.metadata = {}
})

test('the test says what the issuer says, or why it does not answer', async () => {
  const owner = await buildOwner(stage.app)
  assert.equal((await owner.browser.post('/v1/sso-connection/test')).body.code, 'identity.federation_off')
  await owner.browser.put('/v1/sso-connection', connection())
  const { body } = await owner.browser.post('/v1/sso-connection/test')
  assert.deepEqual(body, {
    issuer: double.issuer,
    authorizationEndpoint: `${double.issuer}/authorize`,
    pkce: false,
  })
})

test('one workspace neither sees nor changes the single sign-on of another', async () => {
  const owner = await buildOwner(stage.app)
  const stranger = await buildOwner(stage.app)
  await owner.browser.put('/v1/sso-connection', connection())
  const id = await proveDomain(stage, owner, newDomain())
  assert.equal((await stranger.browser.get('/v1/sso-connection')).body.connection, null)
  assert.deepEqual((await stranger.browser.get('/v1/sso-domains')).body.rows, [])
  assert.equal((await stranger.browser.delete('/v1/sso-connection')).status, 404)
  for (const unknown of [id, randomUUID()]) {
    assert.equal((await stranger.browser.post(`/v1/sso-domains/${unknown}/verify`)).status, 404)
    assert.equal((await stranger.browser.delete(`/v1/sso-domains/${unknown}`)).status, 404)
  }
  const foreign = { 'fanfare-workspace': owner.tenantId }
  assert.equal((await stranger.browser.put('/v1/sso-connection', connection(), foreign)).status, 404)
})

test('a domain is proven by the record of its workspace alone', async () => {
  const owner = await buildOwner(stage.app)
  const domain = newDomain()
  const added = (await owner.browser.post('/v1/sso-domains', { domain: ` ${domain.toUpperCase()}. ` })).body
  assert.equal(added.domain, domain)
  assert.equal(added.record.name, `_fanfare-challenge.${domain}`)
  const verify = () => owner.browser.post(`/v1/sso-domains/${added.id}/verify`)
  assert.equal((await verify()).body.code, 'identity.sso_domain_unproven')

  const stranger = await buildOwner(stage.app)
  const theirs = (await stranger.browser.post('/v1/sso-domains', { domain })).body
  const elsewhere = (await owner.browser.post('/v1/sso-domains', { domain: newDomain() })).body
  publish(stage.names, added.record.name, [theirs.record.value, elsewhere.record.value, 'v=spf1 -all'])
  assert.equal((await verify()).body.code, 'identity.sso_domain_unproven')

  publish(stage.names, added.record.name, [theirs.record.value, added.record.value])
  const proven = await verify()
  assert.equal(proven.status, 200)
  assert.ok(proven.body.verifiedAt)
  assert.equal(proven.body.record, null)
  const late = await stranger.browser.post(`/v1/sso-domains/${theirs.id}/verify`)
  assert.equal(late.body.code, 'identity.sso_domain_taken')
})

test('a record older than seven days proves nothing; a domain that is asked for again has a new one', async () => {
  const owner = await buildOwner(stage.app)
  const domain = newDomain()
  const added = (await owner.browser.post('/v1/sso-domains', { domain })).body
  publish(stage.names, added.record.name, [added.record.value])
  stage.app.clock.advance(7 * 86_400_000)
  await owner.browser.post('/v1/sessions', { email: owner.email, password })
  const old = await owner.browser.post(`/v1/sso-domains/${added.id}/verify`)
  assert.equal(old.body.code, 'identity.sso_domain_unproven')
  const again = (await owner.browser.post('/v1/sso-domains', { domain })).body
  assert.equal(again.id, added.id)
  assert.notEqual(again.record.value, added.record.value)
  assert.equal((await owner.browser.post(`/v1/sso-domains/${added.id}/verify`)).status, 409)
  publish(stage.names, added.record.name, [again.record.value])
  assert.equal((await owner.browser.post(`/v1/sso-domains/${added.id}/verify`)).status, 200)
})

test('a name server that does not answer proves nothing', async () => {
  const owner = await buildOwner(stage.app)
  const { id, record } = (await owner.browser.post('/v1/sso-domains', { domain: newDomain() })).body
  publish(stage.names, record.name, [])
  assert.equal((await owner.browser.post(`/v1/sso-domains/${id}/verify`)).body.code, 'identity.sso_domain_unproven')
})

test('GHSA-8c5h-wx78-2cfg: what changes during the look-up of a record is not proven by it', async () => {
  const changes: Record<string, (owner: Owner, id: string, domain: string) => Promise<unknown>> = {
    'deleted and added anew': async (owner, id, domain) => {
      await owner.browser.delete(`/v1/sso-domains/${id}`)
      await owner.browser.post('/v1/sso-domains', { domain })
    },
    deleted: (owner, id) => owner.browser.delete(`/v1/sso-domains/${id}`),
    'asked for anew': (owner, _id, domain) => owner.browser.post('/v1/sso-domains', { domain }),
  }
  for (const [what, change] of Object.entries(changes)) {
    const owner = await buildOwner(stage.app)
    const domain = newDomain()
    const { id, record } = (await owner.browser.post('/v1/sso-domains', { domain })).body
    publish(stage.names, record.name, [record.value])
    stage.names.pause = async () => {
      stage.names.pause = async () => {}
      await change(owner, id, domain)
    }
    const reply = await owner.browser.post(`/v1/sso-domains/${id}/verify`)
    assert.equal(reply.body.code, 'identity.sso_domain_changed', what)
    const { rows } = (await owner.browser.get('/v1/sso-domains')).body
    assert.ok(
      rows.every(({ verifiedAt }: { verifiedAt: string | null }) => verifiedAt === null),
      what,
    )
  }
})

test('GHSA-8c5h-wx78-2cfg: of two workspaces that prove a domain at once one has it', async () => {
  const owners = [await buildOwner(stage.app), await buildOwner(stage.app)]
  const domain = newDomain()
  const added = await Promise.all(
    owners.map(async ({ browser }) => (await browser.post('/v1/sso-domains', { domain })).body),
  )
  publish(
    stage.names,
    added[0].record.name,
    added.map(({ record }) => record.value),
  )
  const tries = await Promise.all(
    Array.from({ length: 20 }, (_, n) => {
      const at = n % 2
      return owners[at]?.browser.post(`/v1/sso-domains/${added[at].id}/verify`)
    }),
  )
  const [first, second] = [0, 1].map((at) => tries.filter((_, n) => n % 2 === at && tries[n]?.status === 200).length)
  assert.ok((first === 0) !== (second === 0), `${first} and ${second}`)
  const lost = tries.filter((reply) => reply?.body.code === 'identity.sso_domain_taken')
  assert.equal(lost.length, 10)
})

test('what is no domain is refused by name', async () => {
  const owner = await buildOwner(stage.app)
  for (const domain of [
    '',
    'example',
    '127.0.0.1',
    'a b.example',
    '-x.example',
    'x_.example',
    `${'a'.repeat(64)}.example`,
    'https://x.example',
  ]) {
    const reply = await owner.browser.post('/v1/sso-domains', { domain })
    assert.equal(reply.status, 400, domain)
    assert.equal(reply.body.violations[0].path, '/body/domain')
  }
})
