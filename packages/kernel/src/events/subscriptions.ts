import type { z } from 'zod'
import type { EventDefinition, EventOf } from '../events.ts'
import { eventsProblem } from './errors.ts'
import type { Claim, SubscriptionRow } from './store.ts'

type Handle = (event: EventOf) => Promise<void>
interface Subscription extends SubscriptionRow {
  readonly event: EventDefinition
  readonly handle: Handle
}

/** The handlers of this process, by the stable name of their subscription. */
export interface Subscriptions {
  add<D extends z.ZodType>(event: EventDefinition<D>, name: string, handle: (event: EventOf<D>) => Promise<void>): void
  names(): readonly string[]
  rows(): readonly SubscriptionRow[]
  definitions(): readonly { readonly name: string; readonly event: EventDefinition }[]
  /** Hands a claimed event to its handler, with its data parsed by the definition's schema. */
  deliver(claim: Claim): Promise<void>
}

export function createSubscriptions(): Subscriptions {
  const byName = new Map<string, Subscription>()
  return {
    add(event, name, handle) {
      if (byName.has(name)) throw eventsProblem('subscribed_twice', { detail: { subscription: name } })
      const { type, version } = event
      // The data handed over has been parsed by this very definition, which is what ties the two types.
      byName.set(name, { name, type, version, event, handle: handle as unknown as Handle })
    },
    names: () => [...byName.keys()],
    rows: () => [...byName.values()].map(({ name, type, version }) => ({ name, type, version })),
    definitions: () => [...byName.values()].map(({ name, event }) => ({ name, event })),
    async deliver(claim) {
      const { event, handle } = byName.get(claim.subscription) as Subscription
      await handle({
        id: claim.eventId,
        type: claim.type,
        version: claim.version,
        time: claim.time,
        tenantId: claim.tenantId,
        data: event.data.parse(claim.data),
      })
    },
  }
}
