import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Egress, Events, Http, Keys } from '@fanfare/kernel'
import { boot, type TestApp } from '@fanfare/testkit'
import { identity } from '../src/service.ts'
import type { Schema } from '../src/store/schema.ts'
import { listDomains } from '../src/store/white-label.ts'
import { createBrands } from '../src/white-label/brand.ts'
import type { WhiteLabelDeps } from '../src/white-label/deps.ts'
import { proofText } from '../src/white-label/domain-proof.ts'
import { checkDomain, recheckDomains, setSiteDomain } from '../src/white-label/domains.ts'
import { createPictures } from '../src/white-label/pictures.ts'
import { buildOwner } from './factories.ts'

const config = { identity: { bcryptCost: 4 } }
let app: TestApp
let other: TestApp
before(async () => {
  app = await boot([identity], { config })
  other = await boot([identity], { config })
})
after(async () => {
  await app.stop()
  await other.stop()
})

/** Names of the internet, each answered by an installation or by a page of somebody else; the others have no address. */
function internetOf(hosts: Record<string, string | (() => Response)>): Pick<Egress, 'fetch'> {
  return {
    fetch: async (address) => {
      const { hostname, pathname, search, protocol } = new URL(address)
      assert.equal(protocol, 'https:')
      const host = hosts[hostname]
      if (host === undefined) throw new Error(`${hostname} has no address`)
      return typeof host === 'string' ? fetch(host + pathname + search) : host()
    },
  }
}

/** The use cases beside the running service, with an internet and a DNS of the test's own. */
function depsOf(egress: Pick<Egress, 'fetch'>, texts: Map<string, string>): WhiteLabelDeps {
  const db = app.db.as<Schema>()
  const http = { publicUrl: app.url, serveHosts: () => {} }
  const { clock } = app
  return {
    db,
    clock,
    http,
    egress,
    ids: { next: randomUUID },
    events: app.get(Events),
    keys: app.get(Keys),
    log: { ...console, info: () => {}, warn: () => {}, error: () => {}, debug: () => {} } as never,
    findTextRecords: async (name) => [texts.get(name) ?? []].flat(),
    pictures: createPictures({ timeoutMs: 1_000 }),
    brands: createBrands({ db, clock, http }),
    hosts: { tenantOf: () => undefined, refresh: async () => {}, close: () => {} },
  }
}

async function claimed(deps: WhiteLabelDeps, texts: Map<string, string>, domain: string): Promise<string> {
  const { tenantId } = await buildOwner(app)
  await setSiteDomain(deps, tenantId, domain)
  const [row] = await deps.db.withTenant(tenantId, (trx) => listDomains(trx, tenantId))
  assert.ok(row)
  texts.set(`_fanfare-domain.${domain}`, proofText(row))
  return tenantId
}

const siteUrlOf = async (deps: WhiteLabelDeps, tenantId: string) => (await deps.brands.lookOf(tenantId)).brand.siteUrl

test('links begin with the domain of a workspace once it leads to this installation', async () => {
  const texts = new Map<string, string>()
  const hosts: Record<string, string | (() => Response)> = {}
  const deps = depsOf(internetOf(hosts), texts)
  const domain = 'leads.example'
  const tenantId = await claimed(deps, texts, domain)
  const elsewhere = [
    () => new Response('<h1>Welcome</h1>'),
    () => Response.json({ signature: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    () => Response.json({ signature: 7 }),
    () => Response.json(null),
    () => new Response(null, { status: 302, headers: { location: app.url } }),
    other.url,
  ]
  for (const place of elsewhere) {
    hosts[domain] = place
    await checkDomain(deps, tenantId, 'site')
    assert.equal(await siteUrlOf(deps, tenantId), app.url, String(place))
  }
  hosts[domain] = app.url
  await checkDomain(deps, tenantId, 'site')
  assert.equal(await siteUrlOf(deps, tenantId), `https://${domain}`)

  delete hosts[domain]
  await checkDomain(deps, tenantId, 'site')
  assert.equal(await siteUrlOf(deps, tenantId), app.url)
})

test('the check calls no address of this network, whatever the name leads to', async () => {
  const texts = new Map<string, string>()
  const asked: string[] = []
  const real = app.get(Egress)
  const egress: Pick<Egress, 'fetch'> = {
    fetch: (url, options) => {
      asked.push(url)
      // A name that leads to this machine, as its owner might set it.
      return real.fetch(url.replace('inside.example', '127.0.0.1'), options)
    },
  }
  const deps = depsOf(egress, texts)
  const tenantId = await claimed(deps, texts, 'inside.example')
  await checkDomain(deps, tenantId, 'site')
  assert.equal(asked.length, 1)
  assert.equal(await siteUrlOf(deps, tenantId), app.get(Http).publicUrl)
})

test('proven domains are looked at again, each whatever becomes of the others', async () => {
  const texts = new Map<string, string>()
  const deps = depsOf(internetOf({ 'keeps.example': app.url }), texts)
  const loses = await claimed(deps, texts, 'loses.example')
  const keeps = await claimed(deps, texts, 'keeps.example')
  for (const tenantId of [loses, keeps]) await checkDomain(deps, tenantId, 'site')
  texts.delete('_fanfare-domain.loses.example')
  await recheckDomains(deps)
  app.clock.advance(3 * 24 * 60 * 60 * 1_000)
  await recheckDomains(deps)
  const provenOf = async (tenantId: string) =>
    (await deps.db.withTenant(tenantId, (trx) => listDomains(trx, tenantId)))[0]?.proven_at
  assert.equal(await provenOf(loses), null)
  assert.notEqual(await provenOf(keeps), null)
  assert.equal(await siteUrlOf(deps, keeps), 'https://keeps.example')
})

test('the claim of the address of this installation is refused', async () => {
  const deps = {
    ...depsOf(internetOf({}), new Map()),
    http: { publicUrl: 'https://own.example', serveHosts: () => {} },
  }
  const { tenantId } = await buildOwner(app)
  await assert.rejects(setSiteDomain(deps, tenantId, 'own.example'), { code: 'identity.domain_taken' })
})
