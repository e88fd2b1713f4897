import { FeedbackReceived } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { bounceReasons } from '../replies/reasons.ts'
import { type AddedFeedback, insertFeedback, listSoftRuns, lockFeedback, type NewFeedback } from '../store/feedback.ts'
import { recordLeaves } from '../tracking/leaves.ts'
import { cleanText } from './clean.ts'
import type { Feedback } from './feedback.ts'
import { countsAgainstAddress, isGivenUp } from './policy.ts'

export type RecordDeps = Pick<Deps, 'db' | 'events' | 'audience' | 'ids' | 'clock' | 'config' | 'live' | 'progress'>

const setSize = 500

/**
 * Keeps what was heard of a workspace's deliveries, acts on it, and tells of it: all in one transaction a set. The same key
 * changes nothing a second time; what is late or out of order takes nothing back. Feedback of a delivery that is not in the
 * ledger is left out.
 *
 * @returns how many rows were new
 */
export async function recordFeedback(
  deps: RecordDeps,
  tenantId: string,
  feedback: readonly Feedback[],
): Promise<number> {
  let added = 0
  for (let at = 0; at < feedback.length; at += setSize) {
    added += await recordSet(deps, tenantId, feedback.slice(at, at + setSize))
  }
  return added
}

async function recordSet(deps: RecordDeps, tenantId: string, feedback: readonly Feedback[]): Promise<number> {
  return deps.db.withTenant(tenantId, async (trx) => {
    await lockFeedback(trx, tenantId)
    const rows = await insertFeedback(
      trx,
      tenantId,
      feedback.map((one) => newRow(deps, one)),
    )
    if (rows.length === 0) return 0
    await suppressHard(deps, tenantId, rows)
    await suppressComplained(deps, tenantId, rows)
    await endSubscriptions(deps, tenantId, rows)
    await suppressGivenUp(deps, tenantId, rows)
    await publish(deps, rows)
    deps.db.afterCommit(() => showChange(deps, tenantId, rows))
    return rows.length
  })
}

/** To pages that watch feedback, and to those of the campaigns it is about. */
function showChange({ live, progress }: RecordDeps, tenantId: string, rows: readonly AddedFeedback[]): void {
  live.publish(tenantId, 'feedback', { type: 'changed' })
  for (const dispatchId of new Set(rows.flatMap(({ campaign_id }) => campaign_id ?? []))) {
    progress.changed({ tenantId, dispatchId })
  }
}

function newRow({ ids }: Pick<Deps, 'ids'>, feedback: Feedback): NewFeedback {
  const { key, deliveryId, kind, hard, reason, status, text, source, at } = feedback
  return {
    id: ids.next(),
    key: cleanText(key, 200),
    delivery_id: deliveryId,
    kind,
    hard: hard && kind === 'bounced',
    reason: reason === null ? null : cleanText(reason, 100),
    status: status === null ? null : cleanText(status, 20),
    text: cleanText(text, 500),
    source,
    at,
  }
}

type Row = AddedFeedback

function contactsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ contact_id }) => contact_id ?? []))]
}

/** A dead address costs the sender's reputation with every message: at once, for campaigns and for single messages alike. */
async function suppressHard({ audience }: RecordDeps, tenantId: string, rows: readonly Row[]): Promise<void> {
  const why = { tenantId, reason: 'hard_bounce', note: 'The address does not exist' } as const
  await suppressAll(
    audience,
    why,
    rows.filter(({ hard }) => hard),
  )
}

/** A complaint ends consent, too. */
async function suppressComplained({ audience }: RecordDeps, tenantId: string, rows: readonly Row[]): Promise<void> {
  const why = { tenantId, reason: 'complaint', note: 'Reported a message as unwanted' } as const
  await suppressAll(
    audience,
    why,
    rows.filter(({ kind }) => kind === 'complained'),
  )
}

/** Contacts, and addresses of messages that went to no contact. */
async function suppressAll(
  audience: RecordDeps['audience'],
  why: { readonly tenantId: string; readonly reason: 'hard_bounce' | 'complaint'; readonly note: string },
  rows: readonly Row[],
): Promise<void> {
  const contactIds = contactsOf(rows)
  const emails = [...new Set(rows.flatMap(({ contact_id, email }) => (contact_id === null ? email : [])))]
  if (contactIds.length > 0) await audience.suppress({ ...why, contactIds })
  if (emails.length > 0) await audience.suppressAddresses({ ...why, emails })
}

async function endSubscriptions(deps: RecordDeps, tenantId: string, rows: readonly Row[]): Promise<void> {
  const left = rows.filter(({ kind, first }) => kind === 'unsubscribed' && first)
  const contactIds = contactsOf(left)
  if (contactIds.length === 0) return
  const note = 'Left through the mail program or provider'
  await deps.audience.suppress({ tenantId, contactIds, reason: 'unsubscribed', note })
  await recordLeaves(deps, tenantId, left)
}

const notCounted = bounceReasons.filter((reason) => !countsAgainstAddress(reason))

/** A mailbox that takes nothing for long is as good as gone; one message that arrives begins the count anew. */
async function suppressGivenUp(deps: RecordDeps, tenantId: string, rows: readonly Row[]): Promise<void> {
  const soft = rows.filter(({ kind, hard, reason }) => kind === 'bounced' && !hard && countsAgainstAddress(reason))
  const contactIds = contactsOf(soft)
  if (contactIds.length === 0) return
  const runs = await deps.db.withTenant(tenantId, (trx) => listSoftRuns(trx, tenantId, contactIds, notCounted))
  const givenUp = runs.filter(({ bounces, first_at, last_at }) =>
    isGivenUp({ bounces, firstAt: first_at, lastAt: last_at }, deps.config),
  )
  if (givenUp.length === 0) return
  await deps.audience.suppress({
    tenantId,
    contactIds: givenUp.map(({ contact_id }) => contact_id),
    reason: 'hard_bounce',
    note: `No message arrived for ${deps.config.softBounceDays} days or more`,
  })
}

async function publish({ events }: RecordDeps, rows: readonly Row[]): Promise<void> {
  const told = rows.filter(({ news, kind }) => news || kind === 'replied')
  if (told.length === 0) return
  await events.publish(FeedbackReceived, {
    feedback: told.map((row) => ({
      deliveryId: row.delivery_id,
      campaignId: row.campaign_id,
      variantId: row.variant_id,
      contactId: row.contact_id,
      kind: row.kind,
      hard: row.hard,
      reason: row.reason,
      at: row.at.toISOString(),
    })),
  })
}
