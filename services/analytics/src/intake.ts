import type { Engaged, Rejudged, Settled } from '@fanfare/delivery/contract'
import type { z } from 'zod'
import type { Deps } from './deps.ts'
import { type Hit, hitCountOf, isMachine, markOf } from './figures.ts'
import { countClicks, countHits, countMarks, countSent, insertHits, rejudgeHits } from './store/intake.ts'
import type { Trx } from './store/schema.ts'

type IntakeDeps = Pick<Deps, 'db' | 'audience' | 'changes'>
type Fact = Parameters<Deps['audience']['recordEngagement']>[0]['facts'][number]

/** Counts who was sent a campaign: the ledger tells of each once. An event whose id was counted before changes nothing. */
export async function recordSettled(
  { db, audience, changes }: IntakeDeps,
  {
    id,
    tenantId,
    data,
  }: { readonly id: string; readonly tenantId: string; readonly data: z.output<typeof Settled.data> },
): Promise<void> {
  const { campaignId, at } = data
  if (campaignId === null) return
  const groups = data.groups
    .filter(({ state }) => state === 'accepted')
    .map(({ variantId, contactIds }) => ({
      variantId,
      contactIds: contactIds.filter((contactId) => contactId !== null),
    }))
  const contactIds = groups.flatMap((group) => group.contactIds)
  if (contactIds.length > 0) {
    const counts = groups.map((group) => ({ campaignId, variantId: group.variantId, count: group.contactIds.length }))
    const facts = contactIds.map((contactId) => ({ contactId, campaignId, action: 'sent', at }) as const)
    await audience.recordEngagement({ tenantId, facts })
    // Last: all sets of a minute count in the same rows, which stay locked until the end.
    await db.withTenant(tenantId, async (trx) => {
      if ((await insertHits(trx, tenantId, [{ id, machine: null }])).has(id)) await countSent(trx, tenantId, counts, at)
    })
  }
  changes.touch(tenantId, [campaignId])
}

/** Counts what people did, and machines apart from them. A hit whose id was counted before changes nothing. */
export async function recordEngaged(
  { db, audience, changes }: IntakeDeps,
  tenantId: string,
  { hits: told }: z.output<typeof Engaged.data>,
): Promise<void> {
  const hits = told.filter(isOfCampaign)
  if (hits.length === 0) return
  const fresh = await db.withTenant(tenantId, async (trx) => {
    const judged = await insertHits(trx, tenantId, hits)
    const news = hits
      .filter(({ id }) => judged.has(id))
      .map((hit) => ({ ...hit, machine: judged.get(hit.id) ?? hit.machine }))
    await count(
      trx,
      tenantId,
      news.map((hit) => ({ ...hit, by: 1 })),
    )
    return news
  })
  const facts = factsOf(fresh)
  if (facts.length > 0) await audience.recordEngagement({ tenantId, facts })
  if (fresh.length > 0) changes.touch(tenantId, new Set(fresh.map(({ campaignId }) => campaignId)))
}

/**
 * Moves what a machine did, as is known by now, from people to machines. What was counted as a machine's before changes
 * nothing, so neither does a repeat.
 */
export async function recordRejudged(
  { db, changes }: Pick<IntakeDeps, 'db' | 'changes'>,
  tenantId: string,
  { hits: told }: z.output<typeof Rejudged.data>,
): Promise<void> {
  const hits = told.filter(isOfCampaign)
  if (hits.length === 0) return
  const moved = await db.withTenant(tenantId, async (trx) => {
    const before = await rejudgeHits(trx, tenantId, hits)
    const changed = hits.flatMap((hit) => {
      const machine = before.get(hit.id)
      return machine === undefined || isMachine({ ...hit, machine }) || !isMachine(hit) ? [] : [{ hit, machine }]
    })
    await count(
      trx,
      tenantId,
      changed.flatMap(({ hit, machine }) => [
        { ...hit, machine, by: -1 },
        { ...hit, by: 1 },
      ]),
    )
    return changed.map(({ hit }) => hit)
  })
  if (moved.length > 0) changes.touch(tenantId, new Set(moved.map(({ campaignId }) => campaignId)))
}

/** Every figure that a hit is part of; the order of statements is the same for all, so that sets wait for no circle. */
async function count(trx: Trx, tenantId: string, hits: readonly (CampaignHit & { by: 1 | -1 })[]): Promise<void> {
  if (hits.length === 0) return
  await countHits(
    trx,
    tenantId,
    hits.map((hit) => ({ ...hit, count: hitCountOf(hit) })),
  )
  await countMarks(
    trx,
    tenantId,
    hits.map((hit) => ({ ...hit, mark: markOf(hit) })),
  )
  const clicks = hits.flatMap((hit) =>
    hit.kind === 'click' && !isMachine(hit) && hit.url ? [{ ...hit, url: hit.url }] : [],
  )
  if (clicks.length > 0) await countClicks(trx, tenantId, clicks)
}

/** What segments may act on: what people did. Nothing follows from what a machine did. */
function factsOf(hits: readonly CampaignHit[]): Fact[] {
  return hits.flatMap((hit) => {
    if (hit.kind === 'unsubscribe' || isMachine(hit)) return []
    const action = hit.kind === 'open' ? 'opened' : 'clicked'
    return [{ contactId: hit.contactId, campaignId: hit.campaignId, action, at: hit.at }]
  })
}

type CampaignHit = Hit & { readonly campaignId: string; readonly contactId: string }

/** Figures are of campaigns and their contacts; what is done with other messages is told with each message. */
function isOfCampaign(hit: Hit): hit is CampaignHit {
  return hit.campaignId !== null && hit.contactId !== null
}
