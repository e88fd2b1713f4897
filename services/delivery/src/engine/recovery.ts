import type { Trx } from '@fanfare/kernel'
import type { Lane } from '../contract.ts'
import { publishSettled } from '../settled.ts'
import { type ClaimedBatch, freeBatch } from '../store/batches.ts'
import { findDispatch } from '../store/dispatches.ts'
import { cancelPending, type SettledRow } from '../store/ledger.ts'
import { type Change, listPendingAt, type PendingRow, writeChanges } from '../store/outcomes.ts'
import type { DeliveryTables, DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './deps.ts'
import { type JournalRecord, journalFolder, listJournals, readJournal, removeJournal } from './journal.ts'
import { interrupted, type Outcome, requeued } from './outcomes.ts'
import { recordRefusals } from './refusals.ts'
import type { EngineState } from './state.ts'

/**
 * Clears up what the claim before left of a batch. What was not marked never reached the wire and stays queued. Of what was,
 * the dead worker's journal tells which had not begun and which had their answer; where it cannot be read, or says that a
 * message was on the wire, the outcome is in doubt.
 */
export async function recoverBatch(
  deps: EngineDeps,
  state: EngineState,
  trx: Trx<DeliveryTables>,
  { ref, lane, batch }: { readonly ref: DispatchRef; readonly lane: Lane; readonly batch: ClaimedBatch },
): Promise<void> {
  const { former } = batch
  if (former === null) return
  const folder = journalFolder(deps.config)
  const journal = readJournal(folder, former, state.activeClaims.has(former))
  const rows = await listPendingAt(trx, ref.tenantId, batch.id, batch.attempting)
  const ended = rows.map((row) => ({ row, outcome: outcomeFor(deps, lane, journal, row) }))
  const changes = ended.flatMap(({ row, outcome }) => changeOf(row, outcome))
  const key = { tenantId: ref.tenantId, batchId: batch.id }
  const changed = new Set(await writeChanges(trx, key, changes, []))
  await publishSettled(deps, ref, lane, rows, changes, changed)
  await recordRefusals(deps, ref.tenantId, ended, changed)
  deps.db.afterCommit(() => removeJournal(folder, former))
}

/** What an outcome changes of a row; nothing when it stays queued. */
export function changeOf(row: PendingRow, outcome: Outcome): Change[] {
  if (outcome.state === 'queued') return []
  const { state: to, reason, delayMs } = outcome
  return [{ id: row.id, from: row.state, to, reason, delayMs, attempts: row.attempts + 1 }]
}

/** Of a cancelled dispatch, what came back from the wire unsent is cancelled, too. The caller holds the batch. */
export async function cancelInHand(
  deps: Pick<EngineDeps, 'events' | 'clock'>,
  trx: Trx<DeliveryTables>,
  { ref, lane, batchId }: { readonly ref: DispatchRef; readonly lane: Lane; readonly batchId: string },
): Promise<void> {
  const dispatch = await findDispatch(trx, ref)
  if (dispatch?.state !== 'cancelled') return
  await publishCancelled(deps, ref, lane, await cancelPending(trx, ref.tenantId, [batchId]))
}

export async function publishCancelled(
  deps: Pick<EngineDeps, 'events' | 'clock'>,
  ref: DispatchRef,
  lane: Lane,
  rows: readonly SettledRow[],
): Promise<void> {
  const changes = rows.map(({ id }) => ({ id, to: 'cancelled' as const }))
  await publishSettled(deps, ref, lane, rows, changes, new Set(rows.map(({ id }) => id)))
}

function outcomeFor(
  { config, random }: EngineDeps,
  lane: Lane,
  journal: JournalRecord | undefined,
  { position, attempts }: PendingRow,
): Outcome {
  const attempt = { attempts: attempts + 1, lane, random: random() }
  // A writer that lives beyond its lease might still go on; what it does next is not in the journal yet.
  if (journal === undefined || journal.writer === 'alive') return interrupted(attempt, config)
  const progress = journal.progressOf(position)
  if (progress.kind === 'begun') return interrupted(attempt, config)
  return progress.kind === 'ended' ? progress.outcome : requeued
}

/** Lets the batches of dead processes of this machine be taken at once: nobody is left to use their leases. */
export async function freeDeadClaims(deps: EngineDeps, state: EngineState): Promise<void> {
  const folder = journalFolder(deps.config)
  for (const claimId of listJournals(folder)) {
    if (state.freedClaims.has(claimId)) continue
    const journal = readJournal(folder, claimId, state.activeClaims.has(claimId))
    if (journal?.writer !== 'dead') continue
    const { tenantId, batchId } = journal
    const found = await deps.db.withTenant(tenantId, (trx) => freeBatch(trx, tenantId, batchId, claimId))
    // Its batch was given back or is gone: the process died right before it could remove the file.
    if (!found) removeJournal(folder, claimId)
    state.freedClaims.add(claimId)
  }
}
