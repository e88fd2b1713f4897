import type { Lane } from '../contract.ts'
import { classifyReply, replyOf, type Verdict } from '../replies/classify.ts'
import type { Hold } from '../replies/hold.ts'
import type { BounceReason } from '../replies/reasons.ts'

/** How the attempt to hand over one message ended, as the wire told it. */
export type Ending =
  | { readonly kind: 'reply'; readonly stage: Stage; readonly code: number; readonly text: string }
  /** The connection went without an answer; `content` once DATA was answered and the message was on its way. */
  | { readonly kind: 'lost'; readonly stage: Stage; readonly text: string }
  /** We would not put it on the wire: an address that cannot be written to, a template that cannot be rendered. */
  | { readonly kind: 'refused'; readonly text: string }
export type Stage = 'mail' | 'rcpt' | 'data' | 'content'

/** What an ending makes of a delivery. `queued`: it was not its fault; it stays as it was. */
export interface Outcome {
  readonly state: 'accepted' | 'failed' | 'deferred' | 'unknown' | 'queued'
  readonly reason: string | null
  /** Until it is due again; null when it is not deferred. */
  readonly delayMs: number | null
  /** The address does not exist: it is not to be written to again. */
  readonly hardBounce: boolean
  /** Why a server refused it for good or for now, in the field's groups; null where no server did. */
  readonly bounceReason: BounceReason | null
  /** Set when the server wants less from us for a while. */
  readonly hold: Hold | null
}

export interface RetryPolicy {
  readonly maxAttempts: number
  readonly retryDelayMs: number
  readonly retryDelayMaxMs: number
}

export interface Attempt {
  /** This one included. */
  readonly attempts: number
  readonly lane: Lane
  /** In [0, 1). */
  readonly random: number
}

/** Classes by reply code, enhanced code and stage (RFC 5321 §4.2.1, RFC 3463). */
export function outcomeOf(ending: Ending, attempt: Attempt, policy: RetryPolicy): Outcome {
  switch (ending.kind) {
    case 'refused':
      return settled('failed', ending.text)
    case 'lost':
      if (ending.stage === 'content') return doubtful(ending.text, attempt, policy)
      return later(ending.text, attempt, policy)
    case 'reply':
      if (ending.code < 300) return settled('accepted', ending.text)
      return refusedBy(verdictOf(ending), ending, attempt, policy)
  }
}

/** What a server's refusal means. */
export function verdictOf({ stage, code, text }: Extract<Ending, { kind: 'reply' }>): Verdict {
  return classifyReply({ ...replyOf(stage, text), code })
}

function refusedBy(
  verdict: Verdict,
  ending: Ending & { kind: 'reply' },
  attempt: Attempt,
  policy: RetryPolicy,
): Outcome {
  const { hard: hardBounce, reason: bounceReason, hold } = verdict
  const outcome = ending.code >= 500 ? settled('failed', ending.text) : later(ending.text, attempt, policy)
  return { ...outcome, hardBounce, bounceReason, hold }
}

const unjudged = { hardBounce: false, bounceReason: null, hold: null } as const

/** It was not the recipient's fault: back to the queue. */
export const requeued: Outcome = { state: 'queued', reason: null, delayMs: null, ...unjudged }

/** What recovery makes of a delivery that was on the wire when its worker died. */
export function interrupted(attempt: Attempt, policy: RetryPolicy): Outcome {
  return doubtful('The process stopped between the message and the answer', attempt, policy)
}

/**
 * The server may hold the whole message. A campaign's is not sent again, as it would be a second copy; one that a person
 * waits for is, under the same Message-ID.
 */
function doubtful(reason: string, attempt: Attempt, policy: RetryPolicy): Outcome {
  const again = attempt.lane === 'transactional' && attempt.attempts < policy.maxAttempts
  if (!again) return settled('unknown', reason)
  return later(`It may have arrived and is sent again under the same Message-ID: ${reason}`, attempt, policy)
}

function settled(state: 'accepted' | 'failed' | 'unknown', reason: string): Outcome {
  return { state, reason, delayMs: null, ...unjudged }
}

function later(reason: string, { attempts, random }: Attempt, policy: RetryPolicy): Outcome {
  if (attempts >= policy.maxAttempts) return settled('failed', `Gave up after ${attempts} attempts: ${reason}`)
  const delayMs = backOff(attempts, policy.retryDelayMs, policy.retryDelayMaxMs, random)
  return { state: 'deferred', reason, delayMs, ...unjudged }
}

/** Doubles with each try up to the longest, then spreads by ±25 % so that a batch does not come back as one. */
export function backOff(tries: number, firstMs: number, longestMs: number, random: number): number {
  const delayMs = Math.min(longestMs, firstMs * 2 ** Math.max(0, tries - 1))
  return Math.round(delayMs * (0.75 + random / 2))
}
