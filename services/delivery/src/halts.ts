import { WorkspaceResumed, WorkspaceSuspended } from '@fanfare/identity/contract'
import type { Deps } from './deps.ts'
import { putHalt } from './store/halts.ts'

/**
 * Heeds the halt of a workspace: dispatches keep their state and their batches, of which none is taken. So when it is lifted all
 * goes on where it stood, and what a person has paused stays paused.
 */
export function heedHalts({ db, events, engine }: Pick<Deps, 'db' | 'events' | 'engine'>): void {
  events.on(WorkspaceSuspended, 'delivery.halt-workspace', ({ tenantId, data: { version } }) =>
    db.withTenant(tenantId, (trx) => putHalt(trx, { tenantId, halted: true, version })),
  )
  events.on(WorkspaceResumed, 'delivery.lift-halt', ({ tenantId, data: { version } }) =>
    db.withTenant(tenantId, async (trx) => {
      await putHalt(trx, { tenantId, halted: false, version })
      db.afterCommit(engine.wake)
    }),
  )
}
