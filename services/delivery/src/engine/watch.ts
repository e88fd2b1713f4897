import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { findDispatch } from '../store/dispatches.ts'
import type { DispatchRef } from '../store/tables.ts'
import type { EngineDeps } from './engine.ts'

const lookEveryMs = 300
/** A database that has not answered for this long might hold a pause we do not see. */
const blindAfterMs = 3_000

/** Knows within a second whether a person paused or cancelled, and at once when the process drains. */
export interface DispatchWatch extends AsyncDisposable {
  mustStop(): boolean
}

export function watchDispatch(
  deps: Pick<EngineDeps, 'db' | 'log'>,
  ref: DispatchRef,
  signal: AbortSignal,
): DispatchWatch {
  const over = new AbortController()
  let running = true
  let seenAt = performance.now()

  async function look(): Promise<void> {
    const dispatch = await deps.db.withTenant(ref.tenantId, (trx) => findDispatch(trx, ref))
    running = dispatch?.state === 'running'
    seenAt = performance.now()
  }
  async function keepLooking(): Promise<void> {
    while (!over.signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => {})
      if (!over.signal.aborted)
        await look().catch((error) => deps.log.warn({ err: error }, 'the state of a dispatch is not known'))
    }
  }
  const looking = AsyncLocalStorage.snapshot()(keepLooking)
  return {
    mustStop: () => signal.aborted || !running || performance.now() - seenAt > blindAfterMs,
    async [Symbol.asyncDispose]() {
      over.abort()
      await looking
    },
  }
}
