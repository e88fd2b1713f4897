import type { Accounting, Delivery } from '@fanfare/delivery/contract'
import type { Copy } from '../../bench/smtp-sink/tally.ts'

type Told = Pick<Delivery, 'email' | 'state' | 'reason'>

/** What the ledger says of one campaign, and what the sink has of it. */
export interface Evidence {
  /** Everybody who was to get the message, once. */
  readonly recipients: readonly string[]
  readonly deliveries: readonly Told[]
  readonly copies: readonly Copy[]
  readonly accounting: Accounting
}

export interface Verdict {
  /** Said to be sent and not at the sink; or with no end to their story; or not in the ledger at all. */
  readonly lost: readonly string[]
  /** Copies beyond the first one to the same address. */
  readonly duplicates: readonly string[]
  /** At the sink, although the ledger says that they were not written to. */
  readonly untold: readonly string[]
  readonly unknown: number
  /** Whether the figures add up, and are those of the deliveries. */
  readonly isExact: boolean
}

const unsent = new Set<Told['state']>(['failed', 'suppressed', 'cancelled', 'held'])

/** Compares the ledger with the sink's own record; each entry of the lists says whom and why. */
export function judge({ recipients, deliveries, copies, accounting }: Evidence): Verdict {
  const told = new Map(deliveries.map((delivery) => [delivery.email, delivery]))
  const arrived = Map.groupBy(copies, ({ recipient }) => recipient)
  const lost = recipients.flatMap((recipient) => {
    const state = told.get(recipient)?.state
    if (state === undefined) return [`${recipient}: not in the ledger`]
    if (state === 'accepted') return arrived.has(recipient) ? [] : [`${recipient}: said to be sent, not at the sink`]
    return state === 'unknown' || unsent.has(state) ? [] : [`${recipient}: still ${state}`]
  })
  const duplicates = [...arrived].flatMap(([recipient, [, ...more]]) =>
    more.map(({ messageId }) => `${recipient}: once more with the Message-ID ${messageId}`),
  )
  const untold = [...arrived.keys()].flatMap((recipient) => {
    const { state, reason } = told.get(recipient) ?? { state: undefined, reason: 'not in the ledger' }
    return state === undefined || unsent.has(state) ? [`${recipient}: at the sink, ${state ?? ''} ${reason}`] : []
  })
  const unknown = deliveries.filter(({ state }) => state === 'unknown').length
  return { lost, duplicates, untold, unknown, isExact: isExact(accounting) && matches(accounting, deliveries) }
}

/** `audience = sent + failed + suppressed + pending + unknown`. */
export function isExact({ audience, sent, failed, suppressed, pending, unknown }: Accounting): boolean {
  return audience === sent + failed + suppressed + pending + unknown
}

function matches(accounting: Accounting, deliveries: readonly Told[]): boolean {
  const count = (...states: Told['state'][]) => deliveries.filter(({ state }) => states.includes(state)).length
  return (
    accounting.sent === count('accepted') &&
    accounting.failed === count('failed') &&
    accounting.suppressed === count('suppressed', 'cancelled') &&
    accounting.unknown === count('unknown') &&
    accounting.held === count('held') &&
    accounting.audience === deliveries.length - accounting.held
  )
}
