import type { z } from 'zod'
import type { TimelineEntry } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { tellDelivery, tellExternalEvent, tellFeedback, tellHit } from './sentences.ts'
import { listExternalEventsOf } from './store/external-events.ts'

type Entry = z.output<typeof TimelineEntry>
type TimelineDeps = Pick<Deps, 'db' | 'audience' | 'campaigns' | 'delivery'>
interface OfContact {
  readonly tenantId: string
  readonly contactId: string
}

const externalEventsShown = 200

/** Everything that is known of one contact, newest first: why did this person get, or not get, this? */
export async function getTimeline(deps: TimelineDeps, of: OfContact): Promise<Entry[]> {
  const known = await deps.audience.mergeValues({ tenantId: of.tenantId, contactIds: [of.contactId] })
  if (known.length === 0) throw problem('contact_missing', { detail: { contactId: of.contactId } })
  const parts = [await factsOf(deps, of), await mailOf(deps, of), await eventsOf(deps, of)]
  return parts.flat().toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
}

async function factsOf({ audience }: TimelineDeps, of: OfContact): Promise<Entry[]> {
  const facts = await audience.listFacts(of)
  return facts.map((fact) => ({ ...fact, campaignId: null }))
}

async function mailOf({ campaigns, delivery }: TimelineDeps, of: OfContact): Promise<Entry[]> {
  const deliveries = await delivery.listContactDeliveries(of)
  const hits = await delivery.listContactHits(of)
  // What a server said on the wire is the reason of the delivery already; who left is among the hits.
  const feedback = (await delivery.listContactFeedback(of)).filter(
    ({ source, kind }) => source !== 'smtp' && kind !== 'unsubscribed',
  )
  const campaignIds = [...new Set([...deliveries, ...hits, ...feedback].flatMap(({ campaignId }) => campaignId ?? []))]
  const named = await campaigns.nameCampaigns({ tenantId: of.tenantId, campaignIds })
  const names = new Map(named.map(({ campaignId, name }) => [campaignId, name]))
  const nameOf = (campaignId: string | null) =>
    campaignId === null ? 'a message by the API' : (names.get(campaignId) ?? 'a campaign that was deleted')
  return [
    ...deliveries.map((row) => ({
      at: row.settledAt ?? row.queuedAt,
      kind: row.state === 'accepted' ? 'sent' : row.state,
      text: tellDelivery(row, nameOf(row.campaignId)),
      campaignId: row.campaignId,
    })),
    ...hits.map((hit) => ({
      at: hit.at,
      kind: hit.kind,
      text: tellHit(hit, nameOf(hit.campaignId)),
      campaignId: hit.campaignId,
    })),
    ...feedback.map((one) => ({
      at: one.at,
      kind: one.kind,
      text: tellFeedback(one, nameOf(one.campaignId)),
      campaignId: one.campaignId,
    })),
  ]
}

async function eventsOf({ db }: TimelineDeps, { tenantId, contactId }: OfContact): Promise<Entry[]> {
  const rows = await db.withTenant(tenantId, (trx) =>
    listExternalEventsOf(trx, tenantId, contactId, externalEventsShown),
  )
  return rows.map(({ at, type, properties }) => ({
    at: at.toISOString(),
    kind: 'event',
    text: tellExternalEvent(type, properties),
    campaignId: null,
  }))
}
