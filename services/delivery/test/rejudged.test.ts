import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createLogger, createMetrics, defineService, Events, token } from '@fanfare/kernel'
import type { z } from 'zod'
import { Rejudged } from '../src/contract.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { createHitBuffer, type RawHit } from '../src/tracking/hits.ts'
import { honeypotLinkId } from '../src/tracking/tokens.ts'
import { browser, deliverOne, hitsOf } from './delivered.ts'
import { buildCampaign, eventually, ledgerOf, openStage, type Stage, sendOut } from './stage.ts'

const rejudged: z.output<typeof Rejudged.data>['hits'] = []
const listener = defineService({
  provides: token<object>()('test-listener'),
  needs: { events: Events },
  start({ events }) {
    events.on(Rejudged, 'test.rejudged', async ({ data }) => void rejudged.push(...data.hits))
    return {}
  },
})

let stage: Stage
before(async () => {
  stage = await openStage({}, [listener])
})
after(() => stage[Symbol.asyncDispose]())

test('what was written before the click that gives it away is judged again, and told again', async () => {
  const { campaign, clicks, open } = await deliverOne(stage)
  stage.app.clock.advance(60_000)
  await stage.app.anonymous.get(open, browser)
  await stage.app.anonymous.get(clicks[0] as string, browser)
  const before = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 2,
  )
  assert.deepEqual(
    before.map(({ machine, signs }) => [machine, signs]),
    [
      [0, []],
      [0, []],
    ],
  )
  stage.app.clock.advance(3_000)
  await stage.app.anonymous.get(clicks.at(-1) as string, browser)
  const after = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 3,
  )
  assert.ok(after.every(({ machine, signs }) => machine === 1 && signs.includes('honeypot')))
  const told = await eventually(
    () => rejudged.filter((hit) => hit.campaignId === campaign.campaignId),
    (hits) => hits.length === 2,
  )
  assert.deepEqual(told.map(({ id, machine }) => [id, machine]).toSorted(), before.map(({ id }) => [id, 1]).toSorted())
})

test('a second link within two seconds makes the first click a machine’s, and leaves the open and what was long before', async () => {
  const { campaign, clicks, open } = await deliverOne(stage)
  stage.app.clock.advance(60_000)
  await stage.app.anonymous.get(clicks[0] as string, browser)
  await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 1,
  )
  stage.app.clock.advance(20_000)
  await stage.app.anonymous.get(open, browser)
  await stage.app.anonymous.get(clicks[0] as string, browser)
  await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 3,
  )
  stage.app.clock.advance(1_500)
  await stage.app.anonymous.get(clicks[1] as string, browser)
  const hits = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 4,
  )
  const byTime = hits.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id.localeCompare(b.id))
  assert.deepEqual(
    byTime.map(({ kind, signs }) => [kind, signs]),
    [
      ['click', []],
      ['open', []],
      ['click', ['burst_of_links']],
      ['click', ['burst_of_links']],
    ],
  )
})

test('of two processes that write hits of the same messages at once, the later sees what the earlier wrote', async () => {
  const campaign = await buildCampaign(stage, { count: 20 })
  await sendOut(stage, campaign)
  const rows = await ledgerOf(stage, campaign)
  const db = stage.app.db.as<DeliveryTables>()
  const log = createLogger({ level: 'silent' })
  const open = () => createHitBuffer({ db, events: stage.app.get(Events), log, metrics: createMetrics() })
  const [one, other] = [open(), open()]
  const at = new Date(Date.now() + 3_600_000)
  for (const { id } of rows) {
    one.add(clickOn(campaign.tenantId, id, '1'.repeat(16), at))
    other.add(clickOn(campaign.tenantId, id, honeypotLinkId, new Date(at.getTime() + 5_000)))
  }
  await Promise.all([one.close(), other.close()])
  const hits = await hitsOf(stage, campaign)
  assert.equal(hits.length, 40)
  assert.ok(hits.every(({ machine, signs }) => machine === 1 && signs.includes('honeypot')))
})

function clickOn(tenantId: string, deliveryId: string, linkId: string, at: Date): RawHit {
  const seen = { method: 'GET', userAgent: browser['user-agent'], purposes: [], addressHash: '', url: null }
  return { id: randomUUID(), tenantId, deliveryId, kind: 'click', linkId, at, ...seen }
}
