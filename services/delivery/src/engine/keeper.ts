import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { renewLeases } from '../store/batches.ts'
import { listDispatchStates } from '../store/dispatches.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './deps.ts'

const lookEveryMs = 300
/** A database that has not answered for this long might hold a pause we do not see. */
const blindAfterMs = 3_000

/** What is kept of one claim while its batch is in hand. */
export interface Kept {
  /** False as soon as a person paused or cancelled, or another worker might take the batch over. Wall clocks play no part. */
  mayGoOn(): boolean
  release(): void
}

interface Holding {
  readonly ref: DispatchRef
  readonly claimId: string
  heldFromMs: number
  seenAtMs: number
  isRunning: boolean
}

/** Looks after all claims of this process at once: whether their dispatches still run, and that their leases do not run out. */
export interface Keeper extends AsyncDisposable {
  keep(ref: DispatchRef, claimId: string): Kept
}

export function createKeeper(deps: Pick<EngineDeps, 'db' | 'log' | 'config'>): Keeper {
  const holdings = new Set<Holding>()
  const over = new AbortController()
  const leaseMs = deps.config.leaseSeconds * 1_000

  async function lookAfter(tenantId: string, held: readonly Holding[]): Promise<void> {
    const askedMs = performance.now()
    const late = held.filter(({ heldFromMs }) => askedMs - heldFromMs > leaseMs / 3)
    const states = await deps.db.withTenant(tenantId, async (trx) => {
      const claimIds = late.map(({ claimId }) => claimId)
      if (late.length > 0) await renewLeases(trx, tenantId, claimIds, deps.config.leaseSeconds)
      return listDispatchStates(trx, tenantId, [...new Set(held.map(({ ref }) => ref.dispatchId))])
    })
    const running = new Set(states.filter(({ state }) => state === 'running').map(({ id }) => id))
    for (const holding of late) holding.heldFromMs = askedMs
    for (const holding of held) {
      holding.seenAtMs = askedMs
      holding.isRunning = running.has(holding.ref.dispatchId)
    }
  }

  async function keepLooking(): Promise<void> {
    while (!over.signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => {})
      const byTenant = Map.groupBy(holdings, ({ ref }) => ref.tenantId)
      for (const [tenantId, held] of byTenant) {
        await lookAfter(tenantId, held).catch((error) =>
          deps.log.warn({ err: error }, 'the state of what is being sent is not known'),
        )
      }
    }
  }
  const looking = AsyncLocalStorage.snapshot()(keepLooking)

  return {
    keep(ref, claimId) {
      const nowMs = performance.now()
      const holding = { ref, claimId, heldFromMs: nowMs, seenAtMs: nowMs, isRunning: true }
      holdings.add(holding)
      return {
        mayGoOn() {
          const atMs = performance.now()
          // Short of the whole lease: what is handed over now still needs a moment on the wire.
          return (
            holding.isRunning && atMs - holding.seenAtMs < blindAfterMs && atMs - holding.heldFromMs < leaseMs * 0.8
          )
        },
        release: () => holdings.delete(holding),
      }
    },
    async [Symbol.asyncDispose]() {
      over.abort()
      await looking
    },
  }
}
