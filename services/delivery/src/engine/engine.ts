import type { Deps } from '../deps.ts'
import type { DispatchRef } from '../store/tables.ts'
import { createRateLimit, type RateLimit } from './rate.ts'
import { runDispatch } from './run.ts'

export type EngineDeps = Pick<
  Deps,
  'db' | 'events' | 'jobs' | 'keys' | 'http' | 'audience' | 'clock' | 'log' | 'config' | 'sandbox' | 'progress'
> & { readonly random: () => number }

/** Sends the campaigns of this process. */
export interface Engine {
  /** Works on one dispatch until nothing is due or `signal` aborts. */
  run(ref: DispatchRef, signal: AbortSignal): Promise<void>
  /** Runs stop at the next safe point: what is on the wire finishes, the rest goes back to the queue. */
  drain(): void
}

/** What the runs of one process share. */
export interface EngineState {
  /** Claims that a run of this process is working on right now. */
  readonly activeClaims: Set<string>
  /** One limit a sender, whichever campaigns use it. */
  rateOf(senderId: string, messagesPerSecond: number | null): RateLimit | undefined
}

export function createEngine(deps: EngineDeps): Engine {
  const state = createEngineState()
  const draining = new AbortController()
  return {
    run: (ref, signal) => runDispatch(deps, state, ref, AbortSignal.any([signal, draining.signal])),
    drain: () => draining.abort(),
  }
}

function createEngineState(): EngineState {
  const limits = new Map<string, { messagesPerSecond: number; limit: RateLimit }>()
  return {
    activeClaims: new Set(),
    rateOf(senderId, messagesPerSecond) {
      if (messagesPerSecond === null) return undefined
      const known = limits.get(senderId)
      if (known?.messagesPerSecond === messagesPerSecond) return known.limit
      const limit = createRateLimit(messagesPerSecond)
      limits.set(senderId, { messagesPerSecond, limit })
      return limit
    },
  }
}
