import type { Feedback } from '../feedback/feedback.ts'
import { classifyReply, replyOf } from '../replies/classify.ts'

/** One thing that a provider tells of a message of ours; named by its tag, or of somebody else's when it has none. */
export interface Notice extends Omit<Feedback, 'deliveryId' | 'source'> {
  readonly tag: string | undefined
}

/** What came with a webhook once its signature is known to be good. */
export interface Told {
  /** Set where the signature does not bind the whole, or the same may come again: taken only once. */
  readonly once: string | null
  readonly notices: readonly Notice[]
}

type Bounce = Pick<Notice, 'kind' | 'hard' | 'reason' | 'status' | 'text'>

/** A bounce, judged by the words of the server that refused it. */
export function bounceOf(text: string, status: string | null): Bounce {
  const words = text.replace(/^\s*[a-z-]+;\s*/i, '')
  const reply = replyOf('rcpt', words)
  const { hard, reason } = classifyReply({ ...reply, stage: null, enhanced: reply.enhanced ?? status })
  return { kind: 'bounced', hard, reason, status: status ?? reply.enhanced, text }
}

/** The provider has the address on its own list of dead ones and did not try. */
export function knownDead(text: string): Bounce {
  return { kind: 'bounced', hard: true, reason: 'userunknown', status: null, text }
}

/** Anything of an unknown document: a text, or undefined. */
export function textAt(from: unknown, ...path: readonly string[]): string | undefined {
  const found = at(from, ...path)
  return typeof found === 'string' ? found : undefined
}

export function at(from: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, name)
        ? (inside as Record<string, unknown>)[name]
        : undefined,
    from,
  )
}

/** An enhanced status code (RFC 3463), or null. */
export function statusIn(text: unknown): string | null {
  return typeof text === 'string' ? (/^\s*([245]\.\d{1,3}\.\d{1,3})\s*$/.exec(text)?.[1] ?? null) : null
}

/** When it happened, never later than now: a provider's clock must not order what is still to come. */
export function timeOf(value: unknown, now: Date): Date {
  const ms = typeof value === 'number' ? value * 1_000 : typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) || ms < 0 || ms > now.getTime() ? now : new Date(ms)
}
