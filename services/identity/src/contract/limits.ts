import { problem } from '../errors.ts'
import type { LimitName, WorkspaceLimits } from './workspaces.ts'

const words: Readonly<Record<LimitName, { what: string; advice: string }>> = {
  contacts: { what: 'contacts', advice: 'Delete contacts that you no longer write to' },
  sendsPerMonth: { what: 'messages a month', advice: 'Wait for the next month' },
  storageBytes: { what: 'bytes of storage', advice: 'Delete emails and exports that you no longer need' },
  seats: { what: 'seats', advice: 'Remove a member or revoke an invitation' },
  requestsPerMinute: { what: 'requests a minute', advice: 'Call less often' },
  aiUsdPerMonth: { what: 'US dollars a month for AI', advice: 'Wait for the next month' },
}

export interface Wanted {
  /** Null is "without limit". */
  readonly allowed: number | null
  readonly used: number
  readonly adding: number
}

/** Refuses what would go over a limit. Problem: `identity.limit_reached`, 429, with the limit, what is used and what is allowed. */
export function assertWithin(limit: LimitName, { allowed, used, adding }: Wanted): void {
  if (allowed !== null && used + adding > allowed) throw limitReached(limit, { allowed, used, adding })
}

export function limitReached(
  limit: LimitName,
  { allowed, used, adding, retryAfterSeconds }: Wanted & { readonly retryAfterSeconds?: number },
) {
  const { what, advice } = words[limit]
  return problem('limit_reached', {
    detail: { limit, what, allowed, used, adding, advice },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** Since when a month's use is counted: calendar months of UTC. */
export function monthStart(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))
}

/** A service that says what a workspace may use: the contract of identity, or what stands in for it. */
interface Limiting {
  getLimits(input: { tenantId: string }): Promise<WorkspaceLimits>
}

/** Where a thing is made: counts what there is only when there is a limit. */
export async function assertAllowed(
  identity: Limiting,
  wanted: {
    readonly tenantId: string
    readonly limit: LimitName
    readonly adding: number
    readonly count: () => Promise<number>
  },
): Promise<void> {
  const { [wanted.limit]: allowed } = await identity.getLimits({ tenantId: wanted.tenantId })
  if (allowed === null) return
  assertWithin(wanted.limit, { allowed, used: await wanted.count(), adding: wanted.adding })
}
