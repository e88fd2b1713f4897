import { AsyncLocalStorage } from 'node:async_hooks'
import { renewLease } from '../store/claims.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './engine.ts'

/** Keeps one claim alive while its batch is in hand. */
export interface Lease extends AsyncDisposable {
  /** False as soon as another worker might take the rows over; measured without the wall clock. */
  isHeld(): boolean
}

export function holdLease(deps: Pick<EngineDeps, 'db' | 'log' | 'config'>, ref: DispatchRef, claimId: string): Lease {
  const leaseMs = deps.config.leaseSeconds * 1_000
  let heldFrom = performance.now()
  let renewing: Promise<void> = Promise.resolve()
  const renew = async () => {
    const asked = performance.now()
    await deps.db.withTenant(ref.tenantId, (trx) => renewLease(trx, ref, claimId, deps.config.leaseSeconds))
    heldFrom = asked
  }
  const timer = AsyncLocalStorage.snapshot()(() =>
    setInterval(() => {
      renewing = renew().catch((error) => deps.log.warn({ err: error }, 'a lease could not be renewed'))
    }, leaseMs / 3),
  )
  return {
    // Short of the whole time: what is handed over now still needs a moment on the wire.
    isHeld: () => performance.now() - heldFrom < leaseMs * 0.8,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await renewing
    },
  }
}
