import type { Lane } from '../contract.ts'
import { publishSettled } from '../settled.ts'
import { claimBatch, type DueSender, markAttempting, postponeSender, releaseBatch } from '../store/batches.ts'
import { type DispatchRow, findDispatch, noteTrouble } from '../store/dispatches.ts'
import { listDue, writeChanges } from '../store/outcomes.ts'
import { getSender, type SenderRow } from '../store/senders.ts'
import type { DispatchRef } from '../store/tables.ts'
import { admit, type Recipient } from './admission.ts'
import type { EngineDeps } from './deps.ts'
import { type Journal, journalFolder, openJournal } from './journal.ts'
import { type Denial, type Permit, requestPermit, returnUnused } from './permits.ts'
import { cancelInHand, recoverBatch } from './recovery.ts'
import type { EngineState } from './state.ts'

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
  readonly permit: Permit
  readonly journal: Journal
  /** Its last connection failed. */
  readonly hadTrouble: boolean
}

/** Nothing may leave yet: the batch was given back. */
export interface Denied extends Denial {
  readonly destination: string
}

/** A wait that is worth telling the database: other processes need not find out, and the dispatch shows why it stands. */
const longWaitMs = 10_000

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
): Promise<BatchInHand | Denied | 'nothing_due' | 'nothing_to_send'> {
  const { tenantId, senderId, lane } = due
  const { leaseSeconds } = deps.config
  const held = state.holds.of(senderId).destinations
  const taken = await deps.db.withTenant(tenantId, async (trx) => {
    const batch = await claimBatch(trx, due, { claimId, leaseSeconds, held, inHand: state.activeClaims })
    if (batch === undefined) return 'nothing_due'
    const ref = { tenantId, dispatchId: batch.dispatch_id }
    const key = { tenantId, batchId: batch.id }
    const inHand = { ref, lane, batchId: batch.id, claimId, senderId, destination: batch.destination }
    await recoverBatch(deps, state, trx, { ref, lane, batch })
    const dispatch = (await findDispatch(trx, ref)) as DispatchRow
    const sender = await getSender(trx, tenantId, senderId)
    const permit = await requestPermit(deps, trx, { ...inHand, tenantId, sender, wanted: limit })
    if ('waitMs' in permit) return giveBack(deps, trx, inHand, permit)
    const rows = dispatch.state === 'running' ? await listDue(trx, tenantId, batch.id, permit.messages) : []
    const { recipients, refused } = await admit(deps, { tenantId, lane, rows })
    if (refused.length > 0) {
      const changed = new Set(await writeChanges(trx, key, refused))
      await publishSettled(deps, ref, lane, rows, refused, changed)
    }
    await returnUnused(trx, tenantId, permit, permit.messages - recipients.length)
    if (recipients.length === 0) {
      await cancelInHand(deps, trx, inHand)
      await releaseBatch(trx, ref, { batchId: batch.id, claimId, delaySeconds: 0 })
      return { ...inHand, recipients }
    }
    const positions = recipients.map(({ row }) => row.position)
    const journal = openJournal(journalFolder(deps.config), claimId, key, state.unwritten)
    await markAttempting(trx, tenantId, batch.id, positions)
    return { ...inHand, recipients, permit, journal, sender, hadTrouble: dispatch.trouble_count > 0 }
  })
  if (taken === 'nothing_due' || 'waitMs' in taken) return taken
  if ('journal' in taken) return taken
  await state.settle(taken.ref)
  return 'nothing_to_send'
}

/** Gives back a batch that has no leave to be sent yet; for a longer wait, with all others that wait for the same. */
async function giveBack(
  deps: EngineDeps,
  trx: Parameters<typeof claimBatch>[0],
  {
    ref,
    lane,
    batchId,
    claimId,
    senderId,
    destination,
  }: Pick<BatchInHand, 'ref' | 'lane' | 'batchId' | 'claimId' | 'senderId' | 'destination'>,
  denial: Denial,
): Promise<Denied> {
  const isLong = denial.waitMs > longWaitMs
  const delaySeconds = isLong ? denial.waitMs / 1_000 : 0
  await releaseBatch(trx, ref, { batchId, claimId, delaySeconds })
  if (isLong) {
    const only = denial.scope === 'destination' ? { lane, destination } : { lane }
    await postponeSender(trx, { tenantId: ref.tenantId, senderId }, delaySeconds, only)
    await noteTrouble(trx, ref, denial.reason)
    deps.progress.changed(ref)
  }
  return { ...denial, destination }
}
