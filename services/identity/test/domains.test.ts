import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { boot, type NameServer, openNameServer, type TestApp } from '@fanfare/testkit'
import { identity } from '../src/service.ts'
import { buildOwner, type Owner, password } from './factories.ts'

let app: TestApp
let names: NameServer
before(async () => {
  names = await openNameServer()
  app = await boot([identity], { config: { identity: { bcryptCost: 4, dnsServers: names.address } } })
})
after(async () => {
  await app.stop()
  await names[Symbol.asyncDispose]()
})

const at = '/v1/workspace/appearance'
const product = {
  productName: 'Fanfare',
  accent: '#5b4fcf',
  accentDark: null,
  logoUrl: null,
  logoDarkUrl: null,
  iconUrl: null,
}
/** By Node's own client: `fetch` does not let a caller name the host. */
function askAs(host: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(app.url + path, { headers: { host } }, async (reply) => {
      resolve({ status: reply.statusCode ?? 0, text: (await reply.toArray()).join('') })
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function shownAt(host: string): Promise<Record<string, unknown>> {
  return JSON.parse((await askAs(host, '/v1/appearance')).text)
}

/** Claims a domain and puts the proof of it into DNS, beside what is there. */
async function publish(owner: Owner, domain: string): Promise<string> {
  const { body } = await owner.browser.put('/v1/workspace/site-domain', { domain })
  const { name, value } = body.siteDomain.records[0]
  names.zone = { txt: { ...names.zone.txt, [name]: [...(names.zone.txt?.[name] ?? []), value] } }
  return name
}

const check = (owner: Owner) => owner.browser.post('/v1/workspace/site-domain/check')

test('a domain counts once its record is in DNS, and shows the look of its workspace to anybody who comes by it', async () => {
  const owner = await buildOwner(app)
  const domain = 'console.northwind.example'
  await owner.browser.put(at, { productName: 'Northwind' })
  const claimed = await owner.browser.put('/v1/workspace/site-domain', { domain: ' Console.Northwind.Example. ' })
  assert.equal(claimed.body.siteDomain.domain, domain)
  assert.equal(claimed.body.siteDomain.state, 'unproven')
  const [proof, route] = claimed.body.siteDomain.records
  assert.deepEqual([proof.type, proof.name, route.name], ['TXT', `_fanfare-domain.${domain}`, domain])
  assert.match(proof.value, /^fanfare-domain=[\w-]{43}$/)

  const early = await check(owner)
  assert.deepEqual([early.status, early.body.code], [409, 'identity.domain_unproven'])
  assert.deepEqual(await shownAt(domain), product, 'a Host header that is not proven changes nothing')

  names.zone = { txt: { [proof.name]: ['v=spf1 -all', proof.value] } }
  const proven = await check(owner)
  assert.equal(proven.body.siteDomain.state, 'proven', proven.text)
  assert.equal((await shownAt(domain)).productName, 'Northwind')
  assert.equal((await shownAt(`${domain.toUpperCase()}:8443`)).productName, 'Northwind')
  for (const host of [`x.${domain}`, `${domain}.evil.example`, `evil${domain}`, 'localhost'])
    assert.deepEqual(await shownAt(host), product, host)
  // Nothing answers there by https, so that links still begin with the address of the installation.
  assert.equal((await app.get(Identity).brandOf({ tenantId: owner.tenantId })).siteUrl, app.url)

  await owner.browser.delete('/v1/workspace/site-domain')
  assert.deepEqual(await shownAt(domain), product)
  assert.deepEqual((await check(owner)).body.code, 'identity.domain_missing')
})

test('a proof is good for one workspace, one domain and one claim', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const domain = 'bound.example'
  const name = await publish(owner, domain)
  await stranger.browser.put('/v1/workspace/site-domain', { domain })
  assert.equal((await check(stranger)).body.code, 'identity.domain_unproven', 'the record names another workspace')
  const value = names.zone.txt?.[name]?.[0] as string
  names.zone = { txt: { [name]: [value], '_fanfare-domain.other.example': [value] } }
  await owner.browser.put('/v1/workspace/site-domain', { domain: 'other.example' })
  assert.equal((await check(owner)).body.code, 'identity.domain_unproven', 'the record names another domain')
  await owner.browser.put('/v1/workspace/site-domain', { domain })
  assert.equal((await check(owner)).body.code, 'identity.domain_unproven', 'the record is of a former claim')
})

test('what is no public name, and the name of the installation, cannot be claimed', async () => {
  const owner = await buildOwner(app)
  const claims = [
    'localhost',
    '127.0.0.1',
    '[::1]',
    'a b.example',
    'https://a.example',
    'a.example/x',
    '-a.example',
    'a..example',
    'x',
    '',
  ]
  for (const domain of [
    ...claims,
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
    'пример.рф',
    'a.example:80',
  ])
    assert.equal((await owner.browser.put('/v1/workspace/site-domain', { domain })).status, 400, domain)
})

test('of workspaces that prove the same domain at the same time one gets it', async () => {
  const owners = await Promise.all(Array.from({ length: 12 }, () => buildOwner(app)))
  const domain = 'wanted.example'
  for (const owner of owners) await publish(owner, domain)

  const replies = await Promise.all(owners.map(check))

  const won = replies.filter(({ status }) => status === 200)
  assert.equal(won.length, 1)
  for (const reply of replies) if (reply.status !== 200) assert.equal(reply.body.code, 'identity.domain_taken')
  const winner = owners[replies.findIndex(({ status }) => status === 200)] as Owner
  await winner.browser.put(at, { productName: 'Winner' })
  assert.equal((await shownAt(domain)).productName, 'Winner')
})

test('a domain whose record is gone ends after three days, and not when DNS is away', async () => {
  const owner = await buildOwner(app)
  const domain = 'fading.example'
  const name = await publish(owner, domain)
  assert.equal((await check(owner)).status, 200)
  const stateOf = async () => (await owner.browser.get(at)).body.siteDomain.state

  names.zone = { broken: [name] }
  const away = await check(owner)
  assert.deepEqual([away.status, away.body.code], [503, 'identity.domain_unknown'])
  assert.equal(await stateOf(), 'proven')

  names.zone = {}
  assert.equal((await check(owner)).status, 409)
  assert.equal(await stateOf(), 'lost')
  app.clock.advance(2 * 24 * 60 * 60 * 1_000)
  await check(owner)
  assert.equal(await stateOf(), 'lost')
  app.clock.advance(24 * 60 * 60 * 1_000)
  await check(owner)
  assert.equal(await stateOf(), 'unproven')
  assert.deepEqual(await shownAt(domain), product)
})

test('system mails come from the address of a workspace once its domain is proven, never before', async () => {
  const owner = await buildOwner(app)
  const senderOf = async () => (await app.get(Identity).brandOf({ tenantId: owner.tenantId })).sender
  const put = await owner.browser.put(at, {
    senderName: 'Northwind team',
    senderAddress: 'Hello@Mail.Northwind.example',
  })
  assert.equal(put.status, 200, put.text)
  assert.deepEqual(await senderOf(), { name: 'Northwind team', address: null })
  const { domain, state, records } = put.body.senderDomain
  assert.deepEqual([domain, state, records.length], ['mail.northwind.example', 'unproven', 1])

  names.zone = { txt: { [records[0].name]: [records[0].value] } }
  assert.equal((await owner.browser.post('/v1/workspace/sender-domain/check')).status, 200)
  assert.deepEqual(await senderOf(), { name: 'Northwind team', address: 'Hello@Mail.Northwind.example' })

  await owner.browser.put(at, { senderAddress: 'ceo@bank.example' })
  assert.equal((await senderOf()).address, null, 'the proof of one domain is none of another')
})

test('pages at a proven domain are no foreign origin behind a proxy, and those of any other are', async () => {
  const owner = await buildOwner(app)
  const domain = 'origin.example'
  await publish(owner, domain)
  await check(owner)
  const signedIn = await app.anonymous.post('/v1/sessions', { email: owner.email, password })
  const cookies = signedIn.headers.getSetCookie().map((line) => line.split(';', 1)[0] as string)
  const csrf = cookies.find((line) => line.startsWith('fanfare_csrf='))?.split('=')[1] as string
  const headers = { cookie: cookies.join('; '), 'fanfare-csrf': csrf }
  const { port } = new URL(app.url)
  // As behind a proxy: the Host header does not tell the port, or the https, that the browser sees.
  const codeFor = (name: string, origin: string) => patchAs(name, { origin, ...headers })
  assert.notEqual(await codeFor(domain, `http://${domain}:${port}`), 'http.foreign_origin')
  assert.equal(await codeFor('unproven.example', `http://unproven.example:${port}`), 'http.foreign_origin')
  assert.equal(await codeFor(domain, `http://unproven.example:${port}`), 'http.foreign_origin')
})

function patchAs(host: string, headers: Record<string, string>): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ name: 'Renamed' })
    const all = { host, 'content-type': 'application/json', 'content-length': body.length, ...headers }
    const sent = request(`${app.url}/v1/workspace`, { method: 'PATCH', headers: all }, async (reply) => {
      resolve(JSON.parse((await reply.toArray()).join('')).code)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
