import { classifyReply, type ReplyStage } from '../replies/classify.ts'
import { codesOf } from '../replies/codes.ts'
import { reasonOfWords } from '../replies/phrases.ts'
import { addressFaults, type BounceReason } from '../replies/reasons.ts'
import { wordsOf } from '../replies/words.ts'
import { lastRefusal, stageOf } from './stage.ts'

export const recipientActions = ['failed', 'delayed', 'delivered'] as const
export type RecipientAction = (typeof recipientActions)[number]

/** What a message says became of one recipient. */
export interface RecipientRow {
  /** Empty where it is hidden or not named. */
  readonly address: string
  readonly action: RecipientAction
  readonly status: string | null
  readonly code: number | null
  readonly diagnostic: string
  readonly reason: BounceReason
  readonly hard: boolean
}

export interface Account {
  readonly address: string
  readonly action: RecipientAction
  /** As a field of the report gives it; empty when there is none. */
  readonly status: string
  readonly diagnostic: string
  /** Words of the message about this recipient. */
  readonly about: string
  /** All that the message says in words: read when what stands above tells nothing. */
  readonly notice: string
  /** What was most likely answered, where no words tell; null when that cannot be said. */
  readonly stage: ReplyStage | null
}

export function rowOf(account: Account): RecipientRow {
  const { address, action } = account
  if (action === 'delivered') {
    const { code, enhanced } = codesOf(account.diagnostic)
    const status = enhanced ?? (account.status || null)
    return { address, action, status, code, diagnostic: oneLine(account.diagnostic), reason: 'undefined', hard: false }
  }
  const refusal = lastRefusal(account.about)
  const stage = stageOf(account.diagnostic) ?? refusal?.stage ?? stageOf(account.about) ?? account.stage
  const texts = [account.diagnostic, headOf(account.about), refusal?.reply ?? '', account.about, account.notice]
  const judged = texts.filter((text) => text !== '').map((text) => judge(account, text, stage))
  const best = judged.find(({ reason }) => reason !== 'undefined' && reason !== 'onhold') ?? judged[0]
  const reason = best?.reason ?? 'undefined'
  const coded = judged.find(({ code, text }) => code !== null && text !== account.notice) ?? best
  return {
    address,
    action,
    status: best?.enhanced ?? coded?.enhanced ?? (account.status || null),
    code: best?.code ?? coded?.code ?? null,
    diagnostic: oneLine(best?.text ?? account.about),
    reason: (reason === 'undefined' || reason === 'onhold') && action === 'delayed' ? 'expired' : reason,
    hard: action === 'failed' && best !== undefined && isHard(best) && !saysFull(account),
  }
}

/** A report of failure is final, so an address that nobody knew is at fault also when the last answer was a 4xx. */
function isHard({ hard, reason }: { readonly hard: boolean; readonly reason: BounceReason }): boolean {
  return hard || (addressFaults.has(reason) && reason !== 'notaccept')
}

/** Where the words of a notice about one recipient tell of a full mailbox or disk, a code that says otherwise is not believed. */
function saysFull({ about, notice }: Account): boolean {
  if (about !== notice) return false
  const reason = reasonOfWords(wordsOf(notice))
  return reason === 'mailboxfull' || reason === 'systemfull'
}

/** The reply on the line that names the recipient, as transcripts end with. */
function headOf(about: string): string {
  const line = about.split('\n', 1)[0] ?? ''
  return /^\s*[45]\d\d[ -]/.test(line) ? line : ''
}

function judge(account: Account, whole: string, stage: ReplyStage | null) {
  const text = innermost(whole)
  const found = codesOf(text)
  const enhanced = found.enhanced ?? (account.status || null)
  const fallback = found.code === null ? (account.action === 'delayed' ? '4.0.0' : '5.0.0') : null
  const verdict = classifyReply({ code: found.code, enhanced: enhanced ?? fallback, text, stage })
  return { text, reason: verdict.reason, hard: verdict.hard, code: found.code, enhanced }
}

/** The answer of the server furthest along, where one quotes another's. */
function innermost(text: string): string {
  const quoted = [
    ...text.matchAll(/(?:said:|to me:|->|<|returned:|response:|reason:|was:|message:)\s*\[?([45]\d\d[ -][\s\S]*)/gi),
  ].at(-1)?.[1]
  return quoted ?? text
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 1_000)
}
