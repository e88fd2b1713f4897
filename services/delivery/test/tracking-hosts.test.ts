import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { createLogger, Db, defineService, type HostRestriction, Http, token } from '@fanfare/kernel'
import { DeliveryEngine } from '../src/contract.ts'
import { insertSender } from '../src/store/senders.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { createTrackingHosts } from '../src/tracking/hosts.ts'
import { deliverOne, hitsOf } from './delivered.ts'
import { eventually, openStage, type Stage } from './stage.ts'

const tenants = [randomUUID(), randomUUID()]
const senderOf = (tenantId: string, domain: string, provenAt: Date | null) => ({
  tenant_id: tenantId,
  id: randomUUID(),
  name: domain,
  from_name: 'Ada',
  from_email: 'ada@sender.example',
  reply_to: '',
  postal_address: '1 Example Street, Sampleton',
  kind: 'sandbox' as const,
  smtp: null,
  password: null,
  messages_per_second: null,
  provider: null,
  signing_key: null,
  tracking_domain: domain,
  tracking_domain_proven_at: provenAt,
})

/** Has two workspaces' senders there before the door opens. */
const seeding = defineService({
  provides: token<object>()('test-seeding'),
  needs: { db: Db, engine: DeliveryEngine },
  async start({ db }) {
    const [first = '', second = ''] = tenants
    const add = (tenantId: string, domain: string, provenAt: Date | null) =>
      db.as<DeliveryTables>().withTenant(tenantId, (trx) => insertSender(trx, senderOf(tenantId, domain, provenAt)))
    await add(first, 'links.one.example', new Date())
    await add(first, 'unproven.example', null)
    await add(second, 'links.two.example', new Date())
    await add(second, '', new Date())
    return {}
  },
})

let stage: Stage
before(async () => {
  stage = await openStage({}, [seeding])
})
after(() => stage[Symbol.asyncDispose]())

/** By Node's own client: `fetch` does not let a caller name the host. */
function ask(host: string, at: string, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(stage.app.url + at, { method, headers: { host } }, (reply) => {
      reply.resume()
      resolve(reply.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('a proven domain of any workspace serves links and their pages only', async () => {
  const { clicks, open, unsubscribe, preferences } = await deliverOne(stage)
  for (const host of ['links.one.example', 'links.two.example']) {
    assert.equal(await ask(host, clicks[0] as string), 302)
    assert.equal(await ask(host, clicks[0] as string, 'HEAD'), 302)
    for (const at of [open, unsubscribe, preferences, '/.well-known/fanfare?nonce=0123456789abcdef'])
      assert.equal(await ask(host, at), 200, at)
    const others = stage.app
      .get(Http)
      .routes()
      .filter(({ path }) => !/^\/([coup]\/:token|\.well-known\/fanfare)$/.test(path))
    assert.ok(others.length > 20)
    for (const { method, path } of others)
      assert.equal(await ask(host, path.replace(/:\w+/g, 'x'), method), 404, `${method} ${path}`)
  }
})

test('a domain that is not proven, or none, is a host like any other', async () => {
  for (const host of ['unproven.example', 'other.example']) assert.notEqual(await ask(host, '/livez'), 404, host)
})

test('a token works on any host, because tenant and delivery come from the signed token alone', async () => {
  const { campaign, clicks } = await deliverOne(stage)
  for (const host of ['links.one.example', 'links.two.example', 'unproven.example', '127.0.0.1'])
    assert.equal(await ask(host, clicks[0] as string), 302, host)
  const hits = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 4,
  )
  assert.deepEqual([...new Set(hits.map((hit) => hit.tenant_id))], [campaign.tenantId])
})

test('domains are read anew, and those known count on while the database is away', async () => {
  const db = stage.app.db.as<DeliveryTables>()
  const given: HostRestriction[] = []
  let isAway = false
  const failing = {
    ...db,
    transaction: ((work, options) =>
      isAway ? Promise.reject(new Error('away')) : db.transaction(work, options)) as typeof db.transaction,
  }
  const http = { restrictHosts: (restriction: HostRestriction) => void given.push(restriction) }
  const hosts = createTrackingHosts({ db: failing, http, log: createLogger({ level: 'silent' }) })
  const known = () => [...(given[0]?.hosts() ?? [])].toSorted()
  await hosts.refresh()
  assert.deepEqual(known(), ['links.one.example', 'links.two.example'])
  const [, second = ''] = tenants
  await db.withTenant(second, (trx) =>
    trx.updateTable('delivery.sender').set({ tracking_domain_proven_at: null }).execute(),
  )
  isAway = true
  await hosts.refresh()
  assert.deepEqual(known(), ['links.one.example', 'links.two.example'])
  isAway = false
  await hosts.refresh()
  assert.deepEqual(known(), ['links.one.example'])
  hosts.close()
})

test('the policy shows proven domains of all workspaces to that question, and nothing without it', async () => {
  const db = stage.app.db.as<DeliveryTables>()
  const rows = await db.transaction((trx) => trx.selectFrom('delivery.sender').selectAll().execute())
  assert.deepEqual(rows, [])
})
