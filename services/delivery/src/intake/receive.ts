import type { Deps } from '../deps.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { type RecordDeps, recordFeedback } from '../feedback/record.ts'
import type { DeliveryRef } from '../message/tag.ts'
import { listEmails } from '../store/ledger.ts'
import { type Arrival, feedbackOf, type Understood, understand } from './understand.ts'

export type ReceiveDeps = RecordDeps & Pick<Deps, 'keys' | 'log'> & { readonly counts: IntakeCounts }

/** Counts what comes in, by what was made of it. */
export interface IntakeCounts {
  add(outcome: Understood['outcome'] | 'broken' | 'refused', amount?: number): void
}

type Matched = Understood & { readonly ref: DeliveryRef }

/**
 * Records what messages say of our deliveries, in their order; those that say nothing of them are counted and change
 * nothing. With a tenant, deliveries of others are none of theirs: whoever fills a mailbox speaks for its workspace only.
 */
export async function receiveMessages(
  deps: ReceiveDeps,
  arrivals: readonly Arrival[],
  onlyTenant?: string,
): Promise<Understood[]> {
  const understood = arrivals.map((arrival) => ownOnly(understand(deps.keys, arrival), onlyTenant))
  for (const { outcome } of understood) deps.counts.add(outcome)
  const matched = understood.filter((one): one is Matched => one.outcome === 'feedback')
  for (const [tenantId, ofTenant] of Map.groupBy(matched, ({ ref }) => ref.tenantId)) {
    await recordFeedback(deps, tenantId, await feedbackFor(deps, tenantId, ofTenant))
  }
  return understood
}

function ownOnly(understood: Understood, onlyTenant: string | undefined): Understood {
  const foreign = onlyTenant !== undefined && understood.ref !== undefined && understood.ref.tenantId !== onlyTenant
  return foreign ? { ...understood, outcome: 'forged', ref: undefined } : understood
}

async function feedbackFor(deps: ReceiveDeps, tenantId: string, matched: readonly Matched[]): Promise<Feedback[]> {
  const ids = [...new Set(matched.map(({ ref }) => ref.deliveryId))]
  const emails = await deps.db.withTenant(tenantId, (trx) => listEmails(trx, tenantId, ids))
  return matched.flatMap((one) => feedbackOf(deps, one, emails.get(one.ref.deliveryId) ?? '', 'mailbox') ?? [])
}
