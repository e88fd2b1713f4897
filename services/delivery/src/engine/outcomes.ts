import type { Lane } from '../contract.ts'

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
      if (ending.code >= 500) return { ...settled('failed', ending.text), hardBounce: isHardBounce(ending) }
      return later(ending.text, attempt, policy)
  }
}

/** It was not the recipient's fault: back to the queue. */
export const requeued: Outcome = { state: 'queued', reason: null, delayMs: null, hardBounce: false }

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
  return { state, reason, delayMs: null, hardBounce: false }
}

function later(reason: string, { attempts, random }: Attempt, policy: RetryPolicy): Outcome {
  if (attempts >= policy.maxAttempts) return settled('failed', `Gave up after ${attempts} attempts: ${reason}`)
  const delayMs = backOff(attempts, policy.retryDelayMs, policy.retryDelayMaxMs, random)
  return { state: 'deferred', reason, delayMs, hardBounce: false }
}

/** Doubles with each try up to the longest, then spreads by ±25 % so that a batch does not come back as one. */
export function backOff(tries: number, firstMs: number, longestMs: number, random: number): number {
  const delayMs = Math.min(longestMs, firstMs * 2 ** Math.max(0, tries - 1))
  return Math.round(delayMs * (0.75 + random / 2))
}

/**
 * Addresses that do not exist (RFC 3463 §3.2), said of the recipient. 5.1.7 and 5.1.8 speak of the sender; 5.2.x is a full
 * or closed mailbox and 5.7.x policy: those are no reason never to write again.
 */
const noSuchAddress = new Set(['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.4', '5.1.6', '5.1.9', '5.1.10'])
const noSuchAddressText =
  /\b(user|mailbox|recipient|address|account)( is)? (unknown|not found|does ?n[o']t exist)|\b(unknown|no such|invalid) (local )?(user|mailbox|recipient|address)/i

function isHardBounce({ stage, text }: Extract<Ending, { kind: 'reply' }>): boolean {
  if (stage !== 'rcpt') return false
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1]
  return enhanced === undefined ? noSuchAddressText.test(text) : noSuchAddress.has(enhanced)
}
