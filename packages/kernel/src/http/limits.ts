import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Caller, Route } from '../route.ts'
import { addressKey } from './addresses.ts'
import { httpProblem } from './problems.ts'

const windowSeconds = 60

/** Counts calls of each route by credential, or by address where there is none. Per process: a brake, not an account. */
export interface Limits {
  /** Returns the RateLimit headers of the reply. Problem: `http.too_many`. */
  count(route: Route, caller: Caller, address: string): Promise<Record<string, string>>
}

export function createLimits(factor: number): Limits {
  const limiters = new Map<string, RateLimiterMemory>()
  const limiterOf = (route: Route) => {
    const found = limiters.get(route.name)
    if (found) return found
    const points = Math.max(1, Math.round(route.callsPerMinute * factor))
    const made = new RateLimiterMemory({ keyPrefix: route.name, points, duration: windowSeconds })
    limiters.set(route.name, made)
    return made
  }
  return {
    async count(route, caller, address) {
      const limiter = limiterOf(route)
      const counted = await limiter.consume(keyOf(caller, address)).catch((refused: unknown) => refused)
      if (!(counted instanceof RateLimiterRes)) throw counted
      const resetSeconds = Math.ceil(counted.msBeforeNext / 1_000)
      if (counted.consumedPoints > limiter.points) {
        throw httpProblem('too_many', {
          detail: { limit: limiter.points },
          retryAfterSeconds: Math.max(1, resetSeconds),
        })
      }
      return {
        'ratelimit-limit': String(limiter.points),
        'ratelimit-remaining': String(Math.max(0, counted.remainingPoints)),
        'ratelimit-reset': String(resetSeconds),
      }
    },
  }
}

/** A person and a key count in each workspace apart, so one busy workspace does not use up another's. */
function keyOf(caller: Caller, address: string): string {
  if (caller.kind === 'anonymous') return `address:${addressKey(address)}`
  if (caller.kind === 'person') return `person:${caller.userId}`
  return `${caller.tenantId}:${caller.keyId ?? caller.userId ?? caller.sessionId ?? ''}`
}
