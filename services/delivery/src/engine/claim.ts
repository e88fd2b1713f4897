import type { Lane } from '../contract.ts'
import { publishSettled } from '../settled.ts'
import { claimBatch, type DueSender, markAttempting, releaseBatch } from '../store/batches.ts'
import { type DispatchRow, findDispatch } from '../store/dispatches.ts'
import { listDue, writeChanges } from '../store/outcomes.ts'
import { getSender, type SenderRow } from '../store/senders.ts'
import type { DispatchRef } from '../store/tables.ts'
import { admit, type Recipient } from './admission.ts'
import type { EngineDeps, EngineState } from './engine.ts'
import { type Journal, journalFolder, openJournal } from './journal.ts'
import { cancelInHand, recoverBatch } from './recovery.ts'

/** A batch that this process has claimed, with everybody who is about to be written to. */
export interface BatchInHand {
  readonly ref: DispatchRef
  readonly lane: Lane
  readonly batchId: string
  readonly claimId: string
  readonly senderId: string
  readonly destination: string
  readonly sender: SenderRow
  readonly recipients: readonly Recipient[]
  readonly journal: Journal
  /** Its last connection failed. */
  readonly hadTrouble: boolean
}

/**
 * Claims a batch of a sender and commits, in one transaction, who is left out and who is about to be sent to: the last
 * thing before the first byte. Who may not be written to is asked here, so what a person decides counts from the next
 * batch on. Undefined when nothing of it is to be sent; it is given back then.
 */
export async function takeBatch(
  deps: EngineDeps,
  state: EngineState,
  due: DueSender,
  { claimId, limit }: { readonly claimId: string; readonly limit: number },
): Promise<BatchInHand | 'nothing_due' | 'nothing_to_send'> {
  const { tenantId, senderId, lane } = due
  const { leaseSeconds } = deps.config
  const taken = await deps.db.withTenant(tenantId, async (trx) => {
    const batch = await claimBatch(trx, due, { claimId, leaseSeconds })
    if (batch === undefined) return 'nothing_due'
    const ref = { tenantId, dispatchId: batch.dispatch_id }
    const key = { tenantId, batchId: batch.id }
    await recoverBatch(deps, state, trx, { ref, lane, batch })
    const dispatch = (await findDispatch(trx, ref)) as DispatchRow
    const rows = dispatch.state === 'running' ? await listDue(trx, tenantId, batch.id, limit) : []
    const { recipients, refused } = await admit(deps, tenantId, rows)
    if (refused.length > 0) {
      const changed = new Set(await writeChanges(trx, key, refused))
      await publishSettled(deps, ref, lane, rows, refused, changed)
    }
    const inHand = { ref, lane, batchId: batch.id, claimId, senderId, destination: batch.destination }
    if (recipients.length === 0) {
      await cancelInHand(deps, trx, inHand)
      await releaseBatch(trx, ref, { batchId: batch.id, claimId, delaySeconds: 0 })
      return { ...inHand, recipients }
    }
    const positions = recipients.map(({ row }) => row.position)
    const journal = openJournal(journalFolder(deps.config), claimId, key, state.unwritten)
    await markAttempting(trx, tenantId, batch.id, positions)
    const sender = await getSender(trx, tenantId, senderId)
    return { ...inHand, recipients, journal, sender, hadTrouble: dispatch.trouble_count > 0 }
  })
  if (taken === 'nothing_due') return taken
  if ('journal' in taken) return taken
  await state.settle(taken.ref)
  return 'nothing_to_send'
}
