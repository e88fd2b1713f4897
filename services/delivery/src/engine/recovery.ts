import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishSettled } from '../settled.ts'
import { recordOutcomes, releaseClaims, takeAttempts } from '../store/claims.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps, EngineState } from './engine.ts'
import { type JournalRecord, listJournals, readJournal, removeJournal } from './journal.ts'
import { interrupted, type Outcome, requeued } from './outcomes.ts'

const setSize = 1_000

/** A database kept in memory has no folder; its journals are of no use to anybody after it either. */
export function journalFolder({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir.startsWith('memory:') ? tmpdir() : dataDir, 'delivery-journals')
}

/**
 * Clears up after workers that are dead or whose leases ran out. Claimed rows never reached the wire and go back to the
 * queue. Of those marked as attempted, the worker's journal tells which had not begun and which had their answer; where it
 * cannot be read, or says that a message was on the wire, the outcome is `unknown` and the message is not sent again.
 */
export async function recoverExpired(deps: EngineDeps, state: EngineState, ref: DispatchRef): Promise<void> {
  const folder = journalFolder(deps.config)
  const read = (claimId: string) => readJournal(folder, claimId, state.activeClaims.has(claimId))
  // Their leases need not be waited for: nobody is left to use them.
  const dead = listJournals(folder).filter((claimId) => read(claimId)?.writer === 'dead')
  await deps.db.withTenant(ref.tenantId, (trx) => releaseClaims(trx, ref, dead))
  const claims = new Set<string>()
  for (let found = setSize; found === setSize; ) {
    found = await deps.db.withTenant(ref.tenantId, async (trx) => {
      const attempts = await takeAttempts(trx, ref, dead, setSize)
      const outcomeFor = outcomesFrom(read)
      const records = attempts.map(({ id, fence }) => ({ id, claimId: fence, outcome: outcomeFor(fence, id) }))
      await publishSettled(deps.events, ref.campaignId, await recordOutcomes(trx, ref.tenantId, records))
      for (const { fence } of attempts) claims.add(fence)
      return attempts.length
    })
  }
  for (const claimId of claims) removeJournal(folder, claimId)
}

function outcomesFrom(read: (claimId: string) => JournalRecord | undefined) {
  const journals = new Map<string, JournalRecord | undefined>()
  return (claimId: string, deliveryId: string): Outcome => {
    if (!journals.has(claimId)) journals.set(claimId, read(claimId))
    const journal = journals.get(claimId)
    // A writer that lives beyond its lease might still go on; what it does next is not in the journal yet.
    if (journal === undefined || journal.writer === 'alive') return interrupted
    const progress = journal.progressOf(deliveryId)
    if (progress.kind === 'begun') return interrupted
    return progress.kind === 'ended' ? progress.outcome : requeued(0)
  }
}
