import type { WebhookEventType } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { listSubscribedTypes } from '../store/webhooks.ts'

/**
 * Which types of events any webhook of a workspace wants: asked for every set of outcomes, so that a send to a million people
 * costs nothing where nobody listens. Another process may be up to five seconds behind a change; who is written to is
 * decided by the table.
 */
export interface Subscribers {
  /** Joins the open transaction. */
  typesOf(tenantId: string): Promise<ReadonlySet<WebhookEventType>>
  /** Asks again after a change, once it has committed. */
  forget(tenantId: string): void
}

const keptForMs = 5_000
const mostKept = 10_000

/**
 * Not the kernel's cache: its callers share one load, and in the transaction of an event that could be one that waits for
 * this very transaction.
 */
export function createSubscribers(deps: Pick<Deps, 'db'>): Subscribers {
  const known = new Map<string, { types: ReadonlySet<WebhookEventType>; until: number }>()
  return {
    async typesOf(tenantId) {
      const found = known.get(tenantId)
      if (found && found.until > performance.now()) return found.types
      const types = new Set(await deps.db.withTenant(tenantId, (trx) => listSubscribedTypes(trx, tenantId)))
      if (known.size >= mostKept) known.clear()
      known.set(tenantId, { types, until: performance.now() + keptForMs })
      return types
    },
    forget(tenantId) {
      deps.db.afterCommit(() => known.delete(tenantId))
    },
  }
}
