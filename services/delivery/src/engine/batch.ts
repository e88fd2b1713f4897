import { randomUUID } from 'node:crypto'
import type { PreparedVariant } from '../message/variant.ts'
import type { OpenSender } from '../senders/target.ts'
import { publishSettled } from '../settled.ts'
import { type ClaimedRow, claimDue, markAttempting, recordOutcomes } from '../store/claims.ts'
import type { DispatchRef } from '../store/tables.ts'
import { admit, type Recipient } from './admission.ts'
import type { Connections } from './connections.ts'
import type { EngineDeps, EngineState } from './engine.ts'
import { handOff } from './hand-off.ts'
import { openJournal } from './journal.ts'
import { holdLease } from './lease.ts'
import { requeued } from './outcomes.ts'
import type { RateLimit } from './rate.ts'
import { OutcomeRecorder } from './recorder.ts'
import { journalFolder } from './recovery.ts'
import type { DispatchWatch } from './watch.ts'

/** What the batches of one run share. */
export interface Run {
  readonly ref: DispatchRef
  readonly from: OpenSender
  readonly rate: RateLimit | undefined
  readonly variants: ReadonlyMap<string, PreparedVariant>
  readonly connections: Connections
  readonly watch: DispatchWatch
  /** How many to claim at once. */
  readonly limit: number
}
export type BatchResult =
  | { readonly kind: 'sent'; readonly handedOff: number }
  | { readonly kind: 'nothing_due' }
  | { readonly kind: 'trouble'; readonly reason: string }

/** After this the rest of a batch goes back, so that who unsubscribes is left out within seconds also at a slow server. */
const freshForMs = 3_000

/** Claims a batch, sends what may be sent, and leaves no row of it behind in this worker's hands. */
export async function sendBatch(deps: EngineDeps, state: EngineState, run: Run): Promise<BatchResult> {
  const { ref } = run
  const claimId = randomUUID()
  const { leaseSeconds } = deps.config
  await using lease = holdLease(deps, ref, claimId)
  const rows = await deps.db.withTenant(ref.tenantId, (trx) =>
    claimDue(trx, ref, { claimId, limit: run.limit, leaseSeconds }),
  )
  if (rows.length === 0) return { kind: 'nothing_due' }
  state.activeClaims.add(claimId)
  const journal = openJournal(journalFolder(deps.config), claimId)
  try {
    const recipients = await commitAttempts(deps, run, claimId, rows)
    const recorder = new OutcomeRecorder(deps, ref, claimId)
    const staleAt = performance.now() + freshForMs
    const mayGoOn = () => {
      return performance.now() < staleAt && !run.watch.mustStop() && lease.isHeld() && !recorder.hasFailed
    }
    const { unsent, trouble } = await handOff(deps, { ...run, recipients, journal, recorder, mayGoOn })
    const delayMs = trouble === undefined ? 0 : deps.config.reconnectDelayMs
    for (const { id, contactId } of unsent) recorder.add({ id, contactId, outcome: requeued(delayMs) })
    await recorder.finish()
    journal.remove()
    if (trouble !== undefined) return { kind: 'trouble', reason: trouble }
    return { kind: 'sent', handedOff: recipients.length - unsent.length }
  } finally {
    journal.close()
    state.activeClaims.delete(claimId)
  }
}

/**
 * Asks who may not be written to, then commits in one transaction who is left out and who is about to be sent to: the
 * last thing before the first byte.
 */
async function commitAttempts(
  deps: EngineDeps,
  run: Run,
  claimId: string,
  rows: readonly ClaimedRow[],
): Promise<Recipient[]> {
  const { tenantId, campaignId } = run.ref
  const { recipients, refused } = await admit(deps, run, rows)
  return deps.db.withTenant(tenantId, async (trx) => {
    const records = refused.map(({ id, outcome }) => ({ id, claimId, outcome }))
    if (records.length > 0) await publishSettled(deps.events, campaignId, await recordOutcomes(trx, tenantId, records))
    if (recipients.length === 0) return []
    const marked = await markAttempting(trx, tenantId, claimId, recipients)
    const attempts = new Map(marked.map((row) => [row.id, row.attempts]))
    // Who is missing was cancelled, or taken over after the lease ran out.
    return recipients.flatMap((recipient) => {
      const attempt = attempts.get(recipient.id)
      return attempt === undefined ? [] : [{ ...recipient, attempt }]
    })
  })
}
