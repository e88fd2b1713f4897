import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Egress, Http, Keys } from '@fanfare/kernel'
import type { DeliveryTables } from '../src/store/tables.ts'
import { checkTrackingDomain, listDomainRecords, provenDomainOf, publicUrlOf } from '../src/tracking/domain.ts'
import { buildSender } from './factories.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

const domain = 'links.sender.example'

/** Names of the internet, each answered by an installation or by a page of somebody else. */
function internetOf(hosts: Record<string, string | (() => Response)>): Egress {
  const fetchFrom: Egress['fetch'] = async (address) => {
    const { hostname, pathname, search, protocol } = new URL(address)
    assert.equal(protocol, 'https:')
    const host = hosts[hostname]
    if (host === undefined) throw new Error(`${hostname} has no address`)
    return typeof host === 'string' ? fetch(host + pathname + search) : host()
  }
  return { fetch: fetchFrom, asFetch: () => fetch, check: async () => {} }
}

async function senderWith(trackingDomain: string, tenantId = stage.app.tenant()) {
  const api = stage.app.as({ tenantId, role: 'owner' })
  const made = await api.post('/v1/senders', buildSender({ trackingDomain }))
  assert.equal(made.status, 201, made.text)
  return { api, tenantId, senderId: made.body.id as string }
}

async function check(sender: { tenantId: string; senderId: string }, internet: Egress, texts: readonly string[]) {
  const db = stage.app.db.as<DeliveryTables>()
  const row = () =>
    db.withTenant(sender.tenantId, (trx) =>
      trx.selectFrom('delivery.sender').selectAll().where('id', '=', sender.senderId).executeTakeFirstOrThrow(),
    )
  const deps = {
    db,
    keys: stage.app.get(Keys),
    http: stage.app.get(Http),
    egress: internet,
    ids: { next: randomUUID },
    clock: stage.app.clock,
  }
  // A record is cut into strings of up to 255 octets (RFC 7208 §3.3).
  const resolveTxt = async (name: string) =>
    name === `_fanfare.${domain}` ? texts.map((text) => [text.slice(0, 9), text.slice(9)]) : []
  const result = await checkTrackingDomain(deps, { resolveTxt }, await row())
  const proven = provenDomainOf(await row())
  return { ...result, proven, url: publicUrlOf(deps, { trackingDomain: proven }) }
}

function ownerText(tenantId: string): string {
  const records = listDomainRecords({ keys: stage.app.get(Keys), http: stage.app.get(Http) }, tenantId, domain)
  return records.find(({ type }) => type === 'TXT')?.value ?? ''
}

test('links get a domain of their own once DNS gives it to the workspace and it leads here', async () => {
  const sender = await senderWith(domain)
  const here = internetOf({ [domain]: stage.app.url })
  const own = stage.app.get(Http).publicUrl

  const unpublished = await check(sender, here, ['v=spf1 -all'])
  assert.deepEqual([unpublished.state, unpublished.url], ['fail', own])
  assert.ok(unpublished.text.includes(ownerText(sender.tenantId)), unpublished.text)

  const nowhere = await check(sender, internetOf({}), [ownerText(sender.tenantId)])
  assert.deepEqual([nowhere.state, nowhere.url], ['fail', own])

  const proven = await check(sender, here, ['v=spf1 -all', ownerText(sender.tenantId)])
  assert.deepEqual([proven.state, proven.url], ['pass', `https://${domain}`])
  const shown = (await sender.api.get(`/v1/senders/${sender.senderId}/tracking-domain`)).body
  assert.deepEqual([shown.domain, shown.inUse, shown.records.length], [domain, true, 2])

  const lost = await check(sender, internetOf({}), [ownerText(sender.tenantId)])
  assert.deepEqual([lost.state, lost.url], ['fail', own])
})

test('a domain that another workspace published, or that leads to something else, is not used', async () => {
  const sender = await senderWith(domain)
  const theirs = await check(sender, internetOf({ [domain]: stage.app.url }), [ownerText(stage.app.tenant())])
  assert.deepEqual([theirs.state, theirs.proven], ['fail', ''])
  const pages = [
    () => new Response('<h1>Welcome</h1>'),
    () => Response.json({ signature: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    () => Response.json({ signature: 7 }),
    () => new Response(null, { status: 302, headers: { location: stage.app.url } }),
  ]
  for (const page of pages) {
    const other = await check(sender, internetOf({ [domain]: page }), [ownerText(sender.tenantId)])
    assert.deepEqual([other.state, other.proven], ['fail', ''])
    assert.match(other.text, /is not this installation/)
  }
})

test('the proof of another installation does not count', async () => {
  await using other = await openStage()
  const sender = await senderWith(domain)
  const result = await check(sender, internetOf({ [domain]: other.app.url }), [ownerText(sender.tenantId)])
  assert.deepEqual([result.state, result.proven], ['fail', ''])
})

test('the check calls no address of this network, whatever the name leads to', async () => {
  const sender = await senderWith('localhost.localdomain')
  const db = stage.app.db.as<DeliveryTables>()
  const row = await db.withTenant(sender.tenantId, (trx) =>
    trx.selectFrom('delivery.sender').selectAll().executeTakeFirstOrThrow(),
  )
  const deps = { db, keys: stage.app.get(Keys), http: stage.app.get(Http), ids: { next: randomUUID } }
  const resolveTxt = async () => [[ownerText(sender.tenantId)]]
  const real = { ...deps, egress: stage.app.get(Egress), clock: stage.app.clock }
  for (const name of ['127.0.0.1.nip.example', '[::1]', '169.254.169.254', '10.0.0.1']) {
    const result = await checkTrackingDomain(real, { resolveTxt }, { ...row, tracking_domain: name })
    assert.equal(result.state, 'fail', name)
    assert.match(result.text, /cannot be reached/)
  }
})

test('another domain has to be proven anew, and other changes keep the proof', async () => {
  const sender = await senderWith(domain)
  await check(sender, internetOf({ [domain]: stage.app.url }), [ownerText(sender.tenantId)])
  const inUse = async () => (await sender.api.get(`/v1/senders/${sender.senderId}/tracking-domain`)).body.inUse
  await sender.api.put(`/v1/senders/${sender.senderId}`, buildSender({ trackingDomain: domain, fromName: 'Bob' }))
  assert.equal(await inUse(), true)
  await sender.api.put(`/v1/senders/${sender.senderId}`, buildSender({ trackingDomain: 'other.sender.example' }))
  assert.equal(await inUse(), false)
})

test('only a host name is a tracking domain', async () => {
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const refused = [
    'https://links.example',
    'links.example/path',
    'links.example:8443',
    'user@links.example',
    'localhost',
    '127.0.0.1',
    '0x7f.1',
    '[::1]',
    'bücher.example',
    'a..example',
    '-a.example',
    'links.example\r\nhost: x',
    'x'.repeat(300),
    `${'a'.repeat(64)}.example`,
  ]
  for (const trackingDomain of refused) {
    const reply = await api.post('/v1/senders', buildSender({ trackingDomain }))
    assert.equal(reply.status, 400, trackingDomain)
  }
  const taken = await api.post('/v1/senders', buildSender({ trackingDomain: ' Links.EXAMPLE ' }))
  assert.deepEqual([taken.status, taken.body.trackingDomain], [201, 'links.example'])
})

test('the installation signs nonces of a sane length, without a name or a redirect', async () => {
  const reply = await stage.app.anonymous.get('/.well-known/fanfare?nonce=0123456789abcdef')
  assert.equal(reply.status, 200)
  assert.match(reply.body.signature, /^[\w-]{22}$/)
  assert.equal((await stage.app.anonymous.get('/.well-known/fanfare?nonce=x')).status, 400)
  assert.equal((await stage.app.anonymous.get('/.well-known/fanfare')).status, 400)
})
