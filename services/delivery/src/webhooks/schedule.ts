const [second, minute, hour] = [1_000, 60_000, 3_600_000]

/** Before each try of a message, the first included: ten tries over 75.6 hours, as Standard Webhooks proposes. */
export const triesAfterMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

/** Up to this share longer, so that what failed together does not come back together. */
const jitter = 0.1

/**
 * How long after a failed try comes the next; undefined after the last.
 * @param tries how many there were, from 1
 * @param random 0 to 1
 */
export function retryDelayMs(tries: number, random: number): number | undefined {
  const delay = triesAfterMs[tries]
  return delay === undefined ? undefined : Math.round(delay * (1 + jitter * random))
}

/** Failures in a row after which a webhook is left alone, and then tried with one message at a time. */
export const failuresToRest = 5
const firstRestMs = 30 * second
const longestRestMs = 15 * minute

/** How long a webhook that failed this often in a row is left alone; 0 when it may be called on. */
export function restMs(failures: number, random: number): number {
  if (failures < failuresToRest) return 0
  const rest = Math.min(longestRestMs, firstRestMs * 2 ** (failures - failuresToRest))
  return Math.round(rest * (1 - jitter * random))
}

/** A webhook that has failed for this long, with nothing that worked in between, is switched off. */
export const failingForAtMostMs = 5 * 24 * hour

/** What the next hours bring for a webhook that is called. */
export interface Health {
  readonly failures: number
  readonly failingSince: Date | null
  readonly restMs: number
  /** Why it must be switched off, or null. */
  readonly disabledReason: string | null
}

/** What one call says about the webhook. */
export interface Verdict {
  readonly kind: 'delivered' | 'failed' | 'gone'
  /** How long the receiver asked to be left alone; 0 when it did not. */
  readonly askedRestMs: number
}

/** How a webhook stands after calls, in the order in which they ended. */
export function healthAfter(
  before: Pick<Health, 'failures' | 'failingSince'>,
  verdicts: readonly Verdict[],
  { now, random }: { now: Date; random: number },
): Health {
  const lastDelivered = verdicts.findLastIndex(({ kind }) => kind === 'delivered')
  const since = verdicts.slice(lastDelivered + 1)
  const known = lastDelivered === -1 ? before.failures : 0
  // Calls side by side that fail together are one trouble: they begin the first rest and not a longer one.
  const failures = Math.min(known + since.length, Math.max(failuresToRest, known + 1))
  const failingSince = failures === 0 ? null : ((lastDelivered === -1 ? before.failingSince : null) ?? now)
  return {
    failures,
    failingSince,
    restMs: Math.max(restMs(failures, random), ...verdicts.map(({ askedRestMs }) => askedRestMs)),
    disabledReason: reasonToDisable(verdicts, failingSince, now),
  }
}

function reasonToDisable(verdicts: readonly Verdict[], failingSince: Date | null, now: Date): string | null {
  if (verdicts.some(({ kind }) => kind === 'gone')) return 'It answered 410 Gone, which asks for no more calls'
  if (failingSince === null || now.getTime() - failingSince.getTime() < failingForAtMostMs) return null
  return 'Every call failed for 5 days'
}
