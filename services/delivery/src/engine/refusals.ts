import type { Feedback } from '../feedback/feedback.ts'
import { type RecordDeps, recordFeedback } from '../feedback/record.ts'
import type { PendingRow } from '../store/outcomes.ts'
import type { Outcome } from './outcomes.ts'

interface Ended {
  readonly row: Pick<PendingRow, 'id' | 'attempts'>
  readonly outcome: Outcome
}

/**
 * Records servers' refusals for good as the bounces they are, under the same policy as those that come by mail. In the
 * transaction that writes the outcomes, so that neither is without the other.
 *
 * @param changed ids whose outcome was really written
 */
export async function recordRefusals(
  deps: RecordDeps,
  tenantId: string,
  ended: readonly Ended[],
  changed: ReadonlySet<string>,
): Promise<void> {
  const at = deps.clock.now()
  const bounces = ended.flatMap(({ row, outcome }): Feedback[] => {
    if (outcome.state !== 'failed' || outcome.bounceReason === null || !changed.has(row.id)) return []
    const text = outcome.reason ?? ''
    return [
      {
        key: `smtp:${row.id}:${row.attempts + 1}`,
        deliveryId: row.id,
        kind: 'bounced',
        hard: outcome.hardBounce,
        reason: outcome.bounceReason,
        status: /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0] ?? null,
        text,
        source: 'smtp',
        at,
      },
    ]
  })
  if (bounces.length > 0) await recordFeedback(deps, tenantId, bounces)
}
