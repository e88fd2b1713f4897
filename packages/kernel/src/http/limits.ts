import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Caller, Route } from '../route.ts'
import { addressKey } from './addresses.ts'
import { httpProblem } from './problems.ts'

const windowSeconds = 60

/**
 * Counts calls of each route by credential, or by address where there is none, and those of a workspace that has an
 * allowance together. Per process: a brake, not an account.
 */
export interface Limits {
  /** Returns the RateLimit headers of the reply: of the limit that is nearer. Problem: `http.too_many`, or the allowance's. */
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
  // Each workspace has a limit of its own, so this one only counts.
  const workspaces = new RateLimiterMemory({
    keyPrefix: 'workspace',
    points: Number.MAX_SAFE_INTEGER,
    duration: windowSeconds,
  })
  return {
    async count(route, caller, address) {
      const limiter = limiterOf(route)
      const counted = await countOne(limiter, keyOf(caller, address))
      if (counted.consumedPoints > limiter.points) {
        throw httpProblem('too_many', {
          detail: { limit: limiter.points },
          retryAfterSeconds: Math.max(1, secondsLeft(counted)),
        })
      }
      const own = standingOf(limiter.points, counted)
      const allowance = caller.kind === 'workspace' ? caller.allowance : undefined
      if (caller.kind !== 'workspace' || allowance === undefined) return headersOf(own)
      const together = await countOne(workspaces, caller.tenantId)
      if (together.consumedPoints > allowance.perMinute) {
        throw allowance.refusal(together.consumedPoints - 1, Math.max(1, secondsLeft(together)))
      }
      const shared = standingOf(allowance.perMinute, together)
      return headersOf(shared.remaining < own.remaining ? shared : own)
    },
  }
}

async function countOne(limiter: RateLimiterMemory, key: string): Promise<RateLimiterRes> {
  const counted = await limiter.consume(key).catch((refused: unknown) => refused)
  if (!(counted instanceof RateLimiterRes)) throw counted
  return counted
}

const secondsLeft = ({ msBeforeNext }: RateLimiterRes) => Math.ceil(msBeforeNext / 1_000)

interface Standing {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

function standingOf(limit: number, counted: RateLimiterRes): Standing {
  return { limit, remaining: Math.max(0, limit - counted.consumedPoints), resetSeconds: secondsLeft(counted) }
}

function headersOf({ limit, remaining, resetSeconds }: Standing): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  }
}

/** A person and a key count in each workspace apart, so one busy workspace does not use up another's. */
function keyOf(caller: Caller, address: string): string {
  if (caller.kind === 'anonymous') return `address:${addressKey(address)}`
  if (caller.kind === 'person') return `person:${caller.userId}`
  return `${caller.tenantId}:${caller.keyId ?? caller.userId ?? caller.sessionId ?? ''}`
}
