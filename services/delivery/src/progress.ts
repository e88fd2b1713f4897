import { AsyncLocalStorage } from 'node:async_hooks'
import type { Deps } from './deps.ts'
import { findStanding } from './store/ledger.ts'
import type { DispatchRef } from './store/tables.ts'

/** Tells watching pages how far a campaign is: at most four times a second, and never more than a tenth of the time counting. */
export interface Progress {
  changed(ref: DispatchRef): void
  close(): void
}

const leastPauseMs = 250

export function createProgress(deps: Pick<Deps, 'db' | 'live' | 'log'>): Progress {
  const timers = new Map<string, NodeJS.Timeout>()
  const lastAt = new Map<string, number>()
  const pauses = new Map<string, number>()
  // A timer keeps the transaction it was set in; this one must not join a transaction that is long over.
  const outside = AsyncLocalStorage.snapshot()

  async function publish(ref: DispatchRef): Promise<void> {
    const began = performance.now()
    timers.delete(ref.dispatchId)
    lastAt.set(ref.dispatchId, began)
    const standing = await deps.db.withTenant(ref.tenantId, (trx) => findStanding(trx, ref))
    pauses.set(ref.dispatchId, Math.max(leastPauseMs, (performance.now() - began) * 10))
    if (!standing) return
    deps.live.publish(ref.tenantId, `deliveries/${ref.dispatchId}`, { type: 'accounting', ...standing })
    if (standing.pending === 0) forget(ref.dispatchId)
  }

  function forget(dispatchId: string): void {
    lastAt.delete(dispatchId)
    pauses.delete(dispatchId)
  }

  return {
    changed(ref) {
      if (timers.has(ref.dispatchId)) return
      const since = performance.now() - (lastAt.get(ref.dispatchId) ?? Number.NEGATIVE_INFINITY)
      const waitMs = Math.max(0, (pauses.get(ref.dispatchId) ?? leastPauseMs) - since)
      outside(() => {
        const timer = setTimeout(() => {
          publish(ref).catch((error) => deps.log.debug({ err: error }, 'the progress of a campaign was not published'))
        }, waitMs)
        timers.set(ref.dispatchId, timer.unref())
      })
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
