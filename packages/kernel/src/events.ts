import type { z } from 'zod'
import { token } from './token.ts'

/** A fact with a name in the past tense, a version and a schema. Data must survive JSON. */
export interface EventDefinition<D extends z.ZodType = z.ZodType> {
  readonly type: string
  readonly version: number
  readonly data: D
}

/** @example export const ContactSuppressed = defineEvent('contact.suppressed', 1, z.object({ contactId: z.uuid() })) */
export function defineEvent<D extends z.ZodType>(type: string, version: number, data: D): EventDefinition<D> {
  return { type, version, data }
}

/** A delivered event; the names are those of the CloudEvents 1.0 envelope where it has them. */
export interface EventOf<D extends z.ZodType = z.ZodType> {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly time: Date
  readonly tenantId: string
  readonly data: z.output<D>
}

export interface DeadLetter {
  readonly eventId: string
  readonly subscription: string
  readonly type: string
  readonly attempts: number
  readonly error: string
  readonly failedAt: Date
}

/**
 * Facts between services. Written to the outbox in the transaction that makes them true, delivered after it commits, at
 * least once; each subscription handles an event once (its inbox row commits with its effects), retries with back-off
 * and then dead-letters.
 */
export interface Events {
  /**
   * Needs an open transaction. The tenant is the transaction's; one without a tenant needs `tenantId`, and any other than
   * the transaction's is refused with `database.tenant_mixed`.
   */
  publish<D extends z.ZodType>(
    event: EventDefinition<D>,
    data: z.input<D>,
    options?: { readonly tenantId?: string },
  ): Promise<void>
  /**
   * Handles every event of a definition, inside a tenant transaction of its own.
   * @param subscription a stable name, `<service>.<what-it-does>`: the key of what has been handled
   */
  on<D extends z.ZodType>(
    event: EventDefinition<D>,
    subscription: string,
    handle: (event: EventOf<D>) => Promise<void>,
  ): void
  /** Every subscription of this process with its definition: what a test goes through, as with `Http.routes()`. */
  subscriptions(): readonly { readonly name: string; readonly event: EventDefinition }[]
  deadLetters(): Promise<readonly DeadLetter[]>
  /** Puts dead letters back into the queue, or with `since` every event again to one subscription. Returns how many. */
  replay(subscription: string, options?: { since?: Date }): Promise<number>
  /** Resolves when nothing is waiting to be handled. For tests and shutdown. */
  drain(): Promise<void>
}

export const Events = token<Events>()('events')
