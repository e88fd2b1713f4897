import { type LimitName, limitNames, monthStart } from '@fanfare/identity/contract'
import type { z } from 'zod'
import type { Usage } from './contract.ts'
import type { Deps } from './deps.ts'

type UsageDeps = Pick<Deps, 'ai' | 'audience' | 'cache' | 'clock' | 'content' | 'delivery' | 'identity'>

/** A page that is looked at often costs a count of everything once in so long. */
const ttlMs = 15_000

/** What a workspace uses beside what it may use; calls a minute are told by the headers of each reply instead. */
export async function getUsage(deps: UsageDeps, tenantId: string): Promise<z.input<typeof Usage>> {
  const since = monthStart(deps.clock.now())
  const used = await deps.cache.get(tenantId, `usage ${since.toISOString()}`, () => count(deps, tenantId, since), {
    ttlMs,
  })
  const limits = await deps.identity.getLimits({ tenantId })
  return {
    since: since.toISOString(),
    rows: limitNames.map((name) => ({ name, used: used[name], allowed: limits[name] })),
  }
}

async function count(deps: UsageDeps, tenantId: string, from: Date): Promise<Record<LimitName, number | null>> {
  const since = from.toISOString()
  const [people, sending, texts, writing, own] = await Promise.all([
    deps.audience.countContacts({ tenantId }),
    deps.delivery.getUsage({ tenantId, since }),
    deps.content.getUsage({ tenantId }),
    deps.ai.getUsage({ tenantId, since }),
    deps.identity.getUsage({ tenantId }),
  ])
  return {
    contacts: people.contacts,
    sendsPerMonth: sending.sends,
    storageBytes: texts.storageBytes + sending.storageBytes + own.storageBytes,
    seats: own.seats,
    requestsPerMinute: null,
    aiUsdPerMonth: writing.usd,
  }
}
