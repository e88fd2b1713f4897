import { asksToSlowDown, type Hold, holdOf } from './hold.ts'
import { isUnknownForSure, reasonOfWords } from './phrases.ts'
import { addressFaults, type BounceReason, policyFaults } from './reasons.ts'
import { reasonOfStatus } from './status.ts'
import { wordsOf } from './words.ts'

/** What an answer was given to; `content` is the whole message, after its last dot. */
export const replyStages = ['connect', 'helo', 'auth', 'mail', 'rcpt', 'data', 'content'] as const
export type ReplyStage = (typeof replyStages)[number]

/**
 * `throttled`: not now, and less of it. `policy`: permanent for this sender, server or message, no fault of the address.
 * `ambiguous`: the message may have been taken, nobody can tell.
 */
export const replyClasses = ['accepted', 'transient', 'throttled', 'permanent', 'policy', 'ambiguous'] as const
export type ReplyClass = (typeof replyClasses)[number]

export interface Reply {
  /** RFC 5321 §4.2; null when no answer came or the text has none. */
  readonly code: number | null
  /** RFC 3463, like `5.1.1`; null when there is none. */
  readonly enhanced: string | null
  readonly text: string
  /** Null when it is not known: then words alone never prove that an address does not exist. */
  readonly stage: ReplyStage | null
}

export interface Verdict {
  readonly class: ReplyClass
  readonly reason: BounceReason
  /** Permanent, and the address itself is at fault: it must not be written to again. */
  readonly hard: boolean
  /** Set when the destination wants less from us for a while, whatever the class. */
  readonly hold: Hold | null
}

/** What a server's answer means: of a live session, of a delivery report's diagnostic, of a provider's bounce. */
export function classifyReply(reply: Reply): Verdict {
  const words = wordsOf(reply.text)
  if (reply.code !== null && reply.code >= 200 && reply.code < 300) return accepted
  const severity = severityOf(reply)
  const reason = reasonOf(reply, words, severity)
  const throttled = asksToSlowDown(words) || reason === 'speeding' || reason === 'toomanyconn'
  const kind = classOf(reply.stage, severity, reason, throttled)
  const hard = kind === 'permanent' && addressFaults.has(reason)
  return {
    class: kind,
    reason,
    hard,
    hold: throttled && !hard && !speaksOfMailbox(reply) ? holdOf(reply.text, words) : null,
  }
}

const accepted: Verdict = { class: 'accepted', reason: 'undefined', hard: false, hold: null }

/** One recipient gets too much: no reason to write less to all others (RFC 3463 §3.3). */
function speaksOfMailbox({ enhanced }: Reply): boolean {
  return enhanced?.slice(1).startsWith('.2.') ?? false
}

function classOf(
  stage: ReplyStage | null,
  severity: 4 | 5 | undefined,
  reason: BounceReason,
  throttled: boolean,
): ReplyClass {
  if (severity === undefined) return stage === 'content' ? 'ambiguous' : 'transient'
  if (severity === 4) return throttled ? 'throttled' : 'transient'
  return policyFaults.has(reason) ? 'policy' : 'permanent'
}

/** 4 may pass, 5 will not, undefined when nothing says. The reply code rules; an enhanced code speaks where there is none. */
function severityOf({ code, enhanced }: Reply): 4 | 5 | undefined {
  if (code !== null && code >= 400 && code < 600) return code < 500 ? 4 : 5
  if (code !== null) return undefined
  if (enhanced?.startsWith('4')) return 4
  return enhanced?.startsWith('5') ? 5 : undefined
}

function reasonOf(reply: Reply, words: string, severity: 4 | 5 | undefined): BounceReason {
  const said = reasonOfWords(words)
  const coded = reply.enhanced === null ? undefined : reasonOfStatus(reply.enhanced)
  return settle(reply, words, severity, said, coded)
}

/** Weighs words against codes. Where they differ about the address, the gentler one is believed. */
function settle(
  reply: Reply,
  words: string,
  severity: 4 | 5 | undefined,
  said: BounceReason | undefined,
  coded: BounceReason | undefined,
): BounceReason {
  const { code, enhanced, stage } = reply
  // At MAIL FROM nothing has been said of the recipient yet.
  const speaksOfSender = stage === 'mail' && (said === undefined || addressFaults.has(said) || said === 'securityerror')
  if (speaksOfSender) return 'rejected'
  // Nor in the greeting.
  if ((stage === 'connect' || stage === 'helo') && said !== undefined && addressFaults.has(said)) return 'blocked'
  // RFC 3463 §3.3: longer than this mailbox takes, not than the server takes.
  if (said === 'mesgtoobig' && coded === 'exceedlimit') return coded
  if (said === 'onhold' && coded === 'systemerror') return said
  if (said === 'hostunknown' && severity === 4) return 'networkerror'
  if (said === 'userunknown') return believedUnknown(reply, words, coded)
  if (said !== undefined && said !== 'onhold') return said
  if (coded !== undefined) return coded
  if (said !== undefined) return said
  if (code === 521 || code === 556) return 'notaccept'
  if (code === 552 && enhanced === null) return 'mailboxfull'
  if (code !== null && code >= 500 && code <= 504) return 'syntaxerror'
  if (stage === 'connect' || stage === 'helo') return 'blocked'
  if (/access denied|^denied/.test(words)) return stage === null ? 'securityerror' : 'rejected'
  if (/\b(rejected|refused)\b/.test(words)) return stage === 'rcpt' ? 'rejected' : 'filtered'
  return code === null && enhanced === null ? 'undefined' : 'onhold'
}

/**
 * "User unknown" is believed where a code says so or where RCPT was answered. Servers also say it of a message they have
 * read and do not want, so after DATA, under a policy code, or in free words it is a filter's answer.
 */
function believedUnknown(
  { code, enhanced, stage }: Reply,
  words: string,
  coded: BounceReason | undefined,
): BounceReason {
  // The place of the recipient's name is empty: said of the message.
  if (/^:(?! ?<?@)/.test(words)) return 'filtered'
  if (stage === 'content') return 'filtered'
  if (coded === 'notaccept') return 'userunknown'
  if (coded !== undefined && addressFaults.has(coded)) return coded
  if (enhanced?.slice(1).startsWith('.7.')) return 'filtered'
  // Neither do servers name the recipient before they were told one.
  const named = /^:? ?<?@>?: user unknown|^unknown user: @$/.test(words)
  const proven = stage === 'rcpt' || named || isUnknownForSure(words, code !== null)
  return proven ? 'userunknown' : 'filtered'
}

/** A reply of a live session as it came: `550 5.1.1 No such user`, lines joined. */
export function replyOf(stage: ReplyStage, text: string): Reply {
  const [, code, enhanced] = /^\s*([2-5]\d\d)?[- ]*(?:([245]\.\d{1,3}\.\d{1,3})\b)?/.exec(text) ?? []
  return { code: code === undefined ? null : Number(code), enhanced: enhanced ?? null, text, stage }
}
