import { oneLine } from '../message/plain-text.ts'
import type { TroubleKind, WayOutTrouble } from '../transport/letter.ts'
import { type CallResult, type ProviderReply, retryAfterOf } from './calls.ts'

/** What a call means for the letters in it. */
export type Verdict =
  /** Answered with a status that says it was taken; the client reads the rest. */
  | { readonly kind: 'answered'; readonly reply: ProviderReply }
  /** Refused for what it says; a code as SMTP has them, so that one classifier reads all. */
  | { readonly kind: 'refused'; readonly code: number; readonly text: string; readonly reply: ProviderReply }
  /** The provider could not do it now; the letters wait for their turn again. */
  | { readonly kind: 'put_off'; readonly text: string; readonly trouble: WayOutTrouble }
  /** Not taken, and no letter is at fault. */
  | { readonly kind: 'trouble'; readonly trouble: WayOutTrouble }
  /** May have been taken. */
  | { readonly kind: 'unknown'; readonly text: string }

export interface Reading {
  /** The provider as a person knows it. */
  readonly name: string
  readonly now: Date
  /** The provider's own words of a refusal; empty when it has none. */
  wordsOf(reply: ProviderReply): string
  /** What the provider means by an error where its status alone does not say; undefined where it does. */
  troubleIn(reply: ProviderReply): TroubleKind | undefined
}

/** Reads an answer as HTTP has it, but for what the provider means differently. */
export function verdictOf(result: CallResult, { name, now, wordsOf, troubleIn }: Reading): Verdict {
  if (result.kind === 'unanswered') return { kind: 'unknown', text: `${name} gave no answer: ${result.text}` }
  if (result.kind === 'unsent') {
    const text = `${name} cannot be reached: ${result.text}`
    return { kind: 'trouble', trouble: { kind: 'unreachable', text, retryAfterMs: undefined } }
  }
  const { reply } = result
  const { status } = reply
  if (status >= 200 && status < 300) return { kind: 'answered', reply }
  const text = oneLine(`${name} answered ${status}: ${wordsOf(reply) || 'no reason given'}`).slice(0, 500)
  const troubled = (kind: TroubleKind): Verdict => ({
    kind: 'trouble',
    trouble: { kind, text, retryAfterMs: retryAfterOf(reply.headers, now) },
  })
  const told = troubleIn(reply)
  if (told !== undefined) return troubled(told)
  switch (status) {
    case 400:
    case 422:
      return { kind: 'refused', code: 554, text, reply }
    case 413:
      return { kind: 'refused', code: 552, text, reply }
    case 401:
    case 403:
      return troubled('credentials')
    // 420 is what Mailgun used to say before 429 was common.
    case 420:
    case 429:
      return troubled('limited')
    case 408:
    case 500:
    case 503: {
      const trouble = { kind: 'failing', text, retryAfterMs: retryAfterOf(reply.headers, now) } as const
      return { kind: 'put_off', text, trouble }
    }
  }
  // A gateway that got no answer does not know either what became of the call (RFC 9110 §15.6.3, §15.6.5).
  if (status >= 500) return { kind: 'unknown', text }
  // Redirects, 402, 404, 405, 406: the address or the account is not as the settings say.
  return troubled('account')
}

/** Why it was not answered, in words for a person. */
export function reasonOf(verdict: Exclude<Verdict, { kind: 'answered' }>): string {
  return verdict.kind === 'trouble' ? verdict.trouble.text : verdict.text
}
