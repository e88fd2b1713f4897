import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createLogger, createMetrics, Events } from '@fanfare/kernel'
import type { DeliveryTables } from '../src/store/tables.ts'
import { createHitBuffer, type RawHit } from '../src/tracking/hits.ts'
import { honeypotLinkId } from '../src/tracking/tokens.ts'
import { createRandom, labelledVisits, type Visit } from './labelled-hits.ts'
import { buildCampaign, ledgerOf, openStage, type Stage, sendOut } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

interface Judged {
  readonly visit: Visit
  readonly deliveryId: string
  readonly machine: number
}
const [messages, links] = [600, 6]

/** Writes the visits as they come, in sets that end anywhere, and returns what each was judged to be in the end. */
async function judgeAll(seed: number): Promise<Judged[]> {
  const campaign = await buildCampaign(stage, { count: messages })
  await sendOut(stage, campaign)
  const rows = await ledgerOf(stage, campaign)
  assert.ok(rows.length === messages && rows.every((row) => row.settled_at !== null))
  const visits = new Map<string, Visit>()
  const hits = labelledVisits(seed, messages, links).flatMap((of, index) =>
    of.map((visit) => {
      const hit = rawHit(campaign.tenantId, rows[index] as { id: string; settled_at: Date }, visit)
      visits.set(hit.id, visit)
      return hit
    }),
  )
  const random = createRandom(seed + 1)
  const db = stage.app.db.as<DeliveryTables>()
  const log = createLogger({ level: 'silent' })
  const buffer = createHitBuffer({ db, events: stage.app.get(Events), log, metrics: createMetrics() })
  for (const hit of hits.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    buffer.add(hit)
    if (random() < 0.1) await buffer.flush()
  }
  await buffer.close()
  const judged = await db.withTenant(campaign.tenantId, (trx) =>
    trx
      .selectFrom('delivery.hit')
      .select(['id', 'delivery_id', 'machine'])
      .where('campaign_id', '=', campaign.campaignId)
      .execute(),
  )
  return judged.map(({ id, delivery_id, machine }) => ({
    visit: visits.get(id) as Visit,
    deliveryId: delivery_id,
    machine,
  }))
}

function rawHit(tenantId: string, row: { id: string; settled_at: Date }, visit: Visit): RawHit {
  const linkId =
    visit.link === 'honeypot' ? honeypotLinkId : visit.link === null ? null : `${visit.link + 1}`.padStart(16, '0')
  return {
    id: crypto.randomUUID(),
    tenantId,
    deliveryId: row.id,
    kind: visit.kind,
    linkId,
    url: typeof visit.link === 'number' ? `https://shop.example/${visit.link}` : null,
    method: visit.method,
    userAgent: visit.userAgent,
    purposes: visit.purposes,
    addressHash: '',
    at: new Date(row.settled_at.getTime() + visit.afterMs),
  }
}

test('of a labelled set, at least 98 % of what is called a machine is one, and at least 90 % of machines are called so', async (t) => {
  const judged = await judgeAll(20_261_126)
  const isCalled = ({ machine }: { machine: number }) => machine >= 0.5
  const count = (by: Visit['by'], called: boolean) =>
    judged.filter((one) => one.visit.by === by && isCalled(one) === called).length
  const [found, missed, wronged] = [count('machine', true), count('machine', false), count('person', true)]
  const [precision, recall] = [found / (found + wronged), found / (found + missed)]
  const percent = (part: number) => `${(part * 100).toFixed(2)} %`
  t.diagnostic(
    `${judged.length} hits; precision ${percent(precision)}, recall ${percent(recall)}, people wronged ${wronged}`,
  )
  for (const [name, of] of Map.groupBy(judged, ({ visit }) => `${visit.by}, ${visit.behaviour}`))
    t.diagnostic(`${name}: ${of.filter(isCalled).length} of ${of.length} called machines`)
  // Whoever did one thing counts as much as a program that opened every link.
  const visitors = [...Map.groupBy(judged, ({ visit, deliveryId }) => `${deliveryId} ${visit.by}`).values()]
  const share = (by: Visit['by']) => {
    const of = visitors.filter(([first]) => first?.visit.by === by)
    return percent(of.filter((hits) => hits.some(isCalled)).length / of.length)
  }
  t.diagnostic(`by visitor: ${share('machine')} of machines found, ${share('person')} of people wronged`)
  assert.ok(count('person', false) > 500 && found > 500, 'a set with enough of both')
  assert.ok(precision >= 0.98, `precision ${precision}`)
  assert.ok(recall >= 0.9, `recall ${recall}`)
})
