import type { TroubleKind, WayOutTrouble } from '../transport/letter.ts'
import { backOff } from './outcomes.ts'

export interface BreakerPolicy {
  readonly breakerFailures: number
  readonly reconnectDelayMs: number
  readonly reconnectDelayMaxMs: number
}

/**
 * Keeps letters from a way out that does not work. Closed, it lets all through. It opens on repeated failures, or at once on
 * what waiting alone does not mend, and then lets nothing through until a while has passed; then a single letter tries
 * whether it works again.
 */
export interface Breaker {
  /** `all`: go on. `probe`: send one letter and tell how it went. Else why not, and for how long. */
  admit(nowMs: number): 'all' | 'probe' | WayOutTrouble
  /** A probe that was not sent has told nothing. */
  release(): void
  /** Returns whether this closed it. */
  succeed(): boolean
  /** Returns whether it is open now. */
  fail(trouble: WayOutTrouble, nowMs: number, random: number): boolean
}

/** The other side is there and says no; what is sent meanwhile fails the same way. */
const opensAtOnce: ReadonlySet<TroubleKind> = new Set(['credentials', 'account', 'quota', 'limited', 'unanswered'])

export function createBreaker({ breakerFailures, reconnectDelayMs, reconnectDelayMaxMs }: BreakerPolicy): Breaker {
  let failures = 0
  let openings = 0
  let open: { readonly trouble: WayOutTrouble; readonly untilMs: number } | undefined
  let isProbing = false
  return {
    admit(nowMs) {
      if (open === undefined) return 'all'
      if (nowMs < open.untilMs) return { ...open.trouble, retryAfterMs: Math.ceil(open.untilMs - nowMs) }
      if (isProbing) return { ...open.trouble, retryAfterMs: undefined }
      isProbing = true
      return 'probe'
    },
    release() {
      isProbing = false
    },
    succeed() {
      const closed = open !== undefined
      failures = 0
      openings = 0
      open = undefined
      isProbing = false
      return closed
    },
    fail(trouble, nowMs, random) {
      failures++
      isProbing = false
      if (open === undefined && failures < breakerFailures && !opensAtOnce.has(trouble.kind)) return false
      // Several that were on their way when it opened tell the same failure.
      if (open === undefined || nowMs >= open.untilMs) openings++
      const restMs = backOff(openings, reconnectDelayMs, reconnectDelayMaxMs, random)
      const untilMs = nowMs + Math.max(restMs, trouble.retryAfterMs ?? 0)
      open = { trouble, untilMs: Math.max(untilMs, open?.untilMs ?? 0) }
      return true
    },
  }
}
