import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import type { FeedbackEntry, FeedbackKind, FeedbackSummary } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { type FeedbackRow, pageFeedback } from '../store/feedback.ts'
import { countReasons, type HeardOfGroup, sumFeedback } from '../store/feedback-summary.ts'

export interface FeedbackQuery extends PageQuery {
  readonly kind?: FeedbackKind | undefined
  readonly campaignId?: string | undefined
  readonly contactId?: string | undefined
}

/** What was heard, newest first, a page at a time. */
export async function listFeedback({ db }: Pick<Deps, 'db'>, tenantId: string, query: FeedbackQuery) {
  const { kind, campaignId, contactId, limit } = query
  const [at, id] = decodeCursor(query.cursor, z.tuple([z.iso.datetime(), z.uuid()])) ?? []
  const before = at === undefined || id === undefined ? undefined : { at, id }
  const rows = await db.withTenant(tenantId, (trx) =>
    pageFeedback(trx, tenantId, { kind, campaignId, contactId, before, limit: limit + 1 }),
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = rows.length > limit && last ? encodeCursor([last.at.toISOString(), last.id]) : null
  return { rows: page.map(presentFeedback), nextCursor }
}

export async function listContactFeedback({ db }: Pick<Deps, 'db'>, tenantId: string, contactId: string) {
  const rows = await db.withTenant(tenantId, (trx) => pageFeedback(trx, tenantId, { contactId, limit: 200 }))
  return rows.map(presentFeedback)
}

/** What was sent and heard by sender, by destination and by reason: of a campaign, or of the last days. */
export async function summariseFeedback(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  tenantId: string,
  { campaignId, days }: { readonly campaignId?: string | undefined; readonly days: number },
): Promise<FeedbackSummary> {
  const since = new Date(clock.now().getTime() - days * 86_400_000)
  const scope = campaignId === undefined ? { since } : { campaignId }
  return db.withTenant(tenantId, async (trx) => {
    const groups = await sumFeedback(trx, tenantId, scope)
    const reasons = await countReasons(trx, tenantId, scope)
    const bySender = Map.groupBy(groups, ({ sender_id }) => sender_id)
    const byDestination = Map.groupBy(groups, ({ destination }) => destination)
    return {
      senders: [...bySender].map(([senderId, of]) => ({ senderId, name: of[0]?.name ?? '', ...sum(of) })),
      destinations: [...byDestination].map(([destination, of]) => ({ destination, ...sum(of) })),
      reasons,
    }
  })
}

function sum(groups: readonly HeardOfGroup[]) {
  const total = { sent: 0, bounced: 0, hardBounced: 0, complained: 0, replied: 0 }
  for (const group of groups) {
    total.sent += group.sent
    total.bounced += group.bounced
    total.hardBounced += group.hard_bounced
    total.complained += group.complained
    total.replied += group.replied
  }
  return total
}

function presentFeedback(row: FeedbackRow): FeedbackEntry {
  return {
    id: row.id,
    deliveryId: row.delivery_id,
    campaignId: row.campaign_id,
    contactId: row.contact_id,
    email: row.email,
    senderId: row.sender_id,
    destination: row.destination,
    kind: row.kind,
    hard: row.hard,
    reason: row.reason,
    status: row.status,
    text: row.text,
    source: row.source,
    at: row.at.toISOString(),
  }
}
