import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createLogger, createMetrics, defineService, Events, Keys, token } from '@fanfare/kernel'
import type { z } from 'zod'
import { Engaged } from '../src/contract.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { createHitBuffer } from '../src/tracking/hits.ts'
import { encodeToken } from '../src/tracking/tokens.ts'
import { browser, deliverOne, hitsOf } from './delivered.ts'
import { eventually, ledgerOf, openStage, type Stage } from './stage.ts'

type Hit = z.output<typeof Engaged.data>['hits'][number]
const engaged: Hit[] = []
const listener = defineService({
  provides: token<object>()('test-listener'),
  needs: { events: Events },
  start({ events }) {
    events.on(Engaged, 'test.engaged', async ({ data }) => void engaged.push(...data.hits))
    return {}
  },
})

let stage: Stage
before(async () => {
  stage = await openStage({}, [listener])
})
after(() => stage[Symbol.asyncDispose]())

test('a click leads to the stored address and is kept with who and what', async () => {
  const { campaign, clicks } = await deliverOne(stage)
  const reply = await stage.app.anonymous.get(clicks[0] as string, browser)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.get('location'), 'https://shop.example/offer?a=1&b=2')
  assert.equal(reply.headers.get('cache-control'), 'no-store')
  assert.equal(reply.headers.get('set-cookie'), null)
  const [hit] = await eventually(
    () => engaged.filter((one) => one.campaignId === campaign.campaignId),
    (hits) => hits.length === 1,
  )
  assert.deepEqual(
    [hit?.kind, hit?.url, hit?.contactId],
    ['click', 'https://shop.example/offer?a=1&b=2', campaign.recipients[0]?.contactId],
  )
  const [row] = await hitsOf(stage, campaign)
  assert.equal(row?.agent, 'desktop')
  assert.match(row?.address_hash ?? '', /^[0-9a-f]{32}$/)
  const timeline = await stage.engine.listContactHits({ tenantId: campaign.tenantId, contactId: hit?.contactId ?? '' })
  assert.deepEqual(
    timeline.map(({ kind, url }) => [kind, url]),
    [['click', 'https://shop.example/offer?a=1&b=2']],
  )
})

test('the pixel is the same picture for a true, a forged and a foreign token; only the true one counts', async () => {
  const { campaign, open, unsubscribe } = await deliverOne(stage)
  const true_ = await stage.app.anonymous.get(open, browser)
  const forged = await stage.app.anonymous.get(`${open.slice(0, -6)}AA.gif`, browser)
  const foreign = await stage.app.anonymous.get(unsubscribe.replace('/u/', '/o/'), browser)
  for (const reply of [true_, forged, foreign]) {
    assert.deepEqual([reply.status, reply.headers.get('content-type'), reply.text], [200, 'image/gif', true_.text])
    assert.equal(reply.headers.get('cache-control'), 'no-store')
    assert.equal(reply.headers.get('cross-origin-resource-policy'), 'cross-origin')
  }
  const hits = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length > 0,
  )
  assert.deepEqual(
    hits.map((hit) => hit.kind),
    ['open'],
  )
})

test('a forged, edited or foreign click leads nowhere, with one and the same page', async () => {
  const { clicks, unsubscribe } = await deliverOne(stage)
  const link = clicks[0] as string
  const edited = `${link.slice(0, 20)}${link[20] === 'A' ? 'B' : 'A'}${link.slice(21)}`
  const paths = [
    edited,
    unsubscribe.replace('/u/', '/c/'),
    '/c/x',
    `/c/${'A'.repeat(150)}`,
    '/c/https:%2F%2Fevil.example',
  ]
  const replies = await Promise.all(paths.map((path) => stage.app.anonymous.get(path, browser)))
  for (const reply of replies) {
    assert.deepEqual([reply.status, reply.headers.get('location')], [404, null])
    assert.equal(reply.text, replies[0]?.text)
  }
})

test('a true token of another workspace finds nothing there', async () => {
  const { campaign } = await deliverOne(stage)
  const [row] = await ledgerOf(stage, campaign)
  const keys = stage.app.get(Keys)
  const mixed = encodeToken(keys, 'unsubscribe', { tenantId: stage.app.tenant(), deliveryId: row?.id ?? '' })
  const reply = await stage.app.anonymous.post(`/u/${mixed}`, 'List-Unsubscribe=One-Click', form)
  assert.equal(reply.status, 404)
  assert.equal(stage.audience.contacts.get(row?.contact_id ?? '')?.subscribed, true)
})

test('who follows the link that no person sees is a machine, and so is what it did beside it', async () => {
  const { campaign, clicks, open } = await deliverOne(stage)
  const trap = clicks.at(-1) as string
  await stage.app.anonymous.get(open, browser)
  const shown = await stage.app.anonymous.get(trap, browser)
  assert.equal(shown.status, 200)
  assert.doesNotMatch(shown.text, /Unsubscribe/)
  const hits = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 2,
  )
  assert.deepEqual(
    hits.map(({ machine, signs }) => [machine, signs.includes('honeypot')]),
    [
      [1, true],
      [1, true],
    ],
  )
  assert.equal(stage.audience.contacts.get(campaign.recipients[0]?.contactId ?? '')?.subscribed, true)
})

test('opens and clicks by machines are kept and marked, not thrown away', async () => {
  const { campaign, clicks, open } = await deliverOne(stage)
  await stage.app.anonymous.request('HEAD', clicks[0] as string, undefined, browser)
  await stage.app.anonymous.get(clicks[1] as string, browser)
  await stage.app.anonymous.get(open, { 'user-agent': 'Mozilla/5.0' })
  const hits = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 3,
  )
  assert.ok(hits.every((hit) => hit.machine >= 0.5))
  const signs = new Set(hits.flatMap((hit) => hit.signs))
  for (const sign of ['head_request', 'burst_of_links', 'right_after_acceptance', 'mail_privacy_proxy'])
    assert.ok(signs.has(sign), sign)
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('following the unsubscribe link shows a button and changes nothing', async () => {
  const { campaign, unsubscribe } = await deliverOne(stage)
  const contact = stage.audience.contacts.get(campaign.recipients[0]?.contactId ?? '')
  for (const method of ['GET', 'HEAD', 'OPTIONS']) await stage.app.anonymous.request(method, unsubscribe)
  const page = await stage.app.anonymous.get(unsubscribe)
  assert.match(page.text, /<form method="post">/)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.equal(contact?.subscribed, true)
})

test('one click unsubscribes, as a form or as multipart, without cookies, redirect or page in between', async () => {
  for (const asMultipart of [false, true]) {
    const { campaign, unsubscribe } = await deliverOne(stage)
    const contact = stage.audience.contacts.get(campaign.recipients[0]?.contactId ?? '')
    const body = asMultipart ? new FormData() : new URLSearchParams()
    body.append('List-Unsubscribe', 'One-Click')
    const reply = await fetch(stage.app.url + unsubscribe, { method: 'POST', body, redirect: 'manual' })
    assert.deepEqual([reply.status, reply.headers.get('set-cookie')], [200, null])
    assert.equal(contact?.subscribed, false)
  }
})

test('a hundred unsubscribes at once are one', async () => {
  const { campaign, unsubscribe } = await deliverOne(stage)
  const replies = await Promise.all(
    Array.from({ length: 100 }, () => stage.app.anonymous.post(unsubscribe, 'List-Unsubscribe=One-Click', form)),
  )
  assert.ok(replies.every((reply) => reply.status === 200))
  const hits = await hitsOf(stage, campaign)
  assert.deepEqual(
    hits.map((hit) => [hit.kind, hit.machine]),
    [['unsubscribe', 0]],
  )
  const told = await eventually(
    () => engaged.filter((hit) => hit.campaignId === campaign.campaignId),
    (events) => events.length > 0,
  )
  assert.equal(told.length, 1)
})

test('a person chooses lists on the preference page, whose names are shown as text', async () => {
  const { campaign, preferences } = await deliverOne(stage)
  const contact = stage.audience.contacts.get(campaign.recipients[0]?.contactId ?? '')
  const page = await stage.app.anonymous.get(preferences)
  assert.match(page.text, /Offers &lt;b&gt;/)
  assert.match(page.text, /name="subscribed" value="yes" checked/)
  const [news] = [...page.text.matchAll(/name="list" value="([^"]+)"/g)].map((match) => match[1] as string)
  const saved = await stage.app.anonymous.post(preferences, `subscribed=yes&list=${news}`, form)
  assert.equal(saved.status, 200)
  assert.deepEqual([contact?.subscribed, contact?.listIds], [true, [news]])
  await stage.app.anonymous.post(preferences, '', form)
  assert.deepEqual([contact?.subscribed, contact?.listIds], [false, []])
})

test('links work when the campaign and its sender are long gone from the tables that sent it', async () => {
  const { campaign, clicks } = await deliverOne(stage)
  await stage.app.db.withTenant(campaign.tenantId, (trx) =>
    trx.deleteFrom('delivery.dispatch').where('id', '=', campaign.campaignId).execute(),
  )
  assert.equal(
    (await stage.app.anonymous.get(clicks[1] as string, browser)).headers.get('location'),
    'https://shop.example/second',
  )
})

test('while the database is away hits wait, and none is lost or counted twice', async () => {
  const { campaign } = await deliverOne(stage)
  const [row] = await ledgerOf(stage, campaign)
  const db = stage.app.db.as<DeliveryTables>()
  let isAway = true
  const failing: Pick<typeof db, 'withTenant'> = {
    withTenant: (tenantId, work) => (isAway ? Promise.reject(new Error('away')) : db.withTenant(tenantId, work)),
  }
  const log = createLogger({ level: 'silent' })
  const hits = createHitBuffer({ db: failing, events: stage.app.get(Events), log, metrics: createMetrics() })
  const seen = { tenantId: campaign.tenantId, deliveryId: row?.id ?? '', linkId: null, url: null, purposes: [] }
  for (let count = 0; count < 1_200; count++) {
    hits.add({
      ...seen,
      id: randomUUID(),
      kind: 'open',
      method: 'GET',
      userAgent: 'x',
      addressHash: '',
      at: new Date(),
    })
  }
  await hits.flush()
  assert.equal((await hitsOf(stage, campaign)).length, 0)
  isAway = false
  await hits.flush()
  await hits.close()
  assert.equal((await hitsOf(stage, campaign)).length, 1_200)
})

test('what finds no room while the database is away is counted as lost, and so is what a stop leaves', async () => {
  const metrics = createMetrics()
  const db = { withTenant: () => Promise.reject(new Error('away')) }
  const log = createLogger({ level: 'silent' })
  const hits = createHitBuffer({ db, events: stage.app.get(Events), log, metrics }, { mostWaiting: 5 })
  const tenantId = stage.app.tenant()
  const add = () =>
    hits.add({
      id: randomUUID(),
      tenantId,
      deliveryId: randomUUID(),
      kind: 'open',
      linkId: null,
      url: null,
      method: 'GET',
      userAgent: 'x',
      purposes: [],
      addressHash: '',
      at: new Date(),
    })
  const lost = async () => Number((await metrics.text()).match(/^delivery_hits_lost_total (\d+)$/m)?.[1] ?? 0)
  for (let count = 0; count < 7; count++) add()
  assert.equal(await lost(), 2)
  const flushing = hits.flush()
  await Promise.resolve()
  // The five are on their way to the database and come back to find three in their place.
  for (let count = 0; count < 3; count++) add()
  await flushing
  assert.equal(await lost(), 5)
  await hits.close()
  assert.equal(await lost(), 10)
})
