import { addressesIn, firstAddress } from './addresses.ts'
import { type Field, fieldOf, fieldsOf, parseFields } from './fields.ts'
import { type OpenMessage, subjectOf } from './message.ts'

/** Of RFC 5965 §7.3, RFC 6430, RFC 6591 and what large senders of reports use. */
export const complaintKinds = ['abuse', 'fraud', 'virus', 'opt-out', 'not-spam', 'auth-failure', 'other'] as const
export type ComplaintKind = (typeof complaintKinds)[number]

export interface Complaint {
  readonly kind: ComplaintKind
  /** Who complained; redacted ones are left out, since only our own tag tells them. */
  readonly recipients: readonly string[]
}

/** A complaint (RFC 5965), also in the form without a report that Microsoft sends. */
export function complaintOf(message: OpenMessage): Complaint | undefined {
  const { feedbackReport, attached } = message
  const original = attached?.fields ?? []
  if (feedbackReport !== undefined) {
    const fields = parseFields(feedbackReport.text)
    return { kind: kindOf(fieldOf(fields, 'feedback-type')), recipients: complainers(fields, original) }
  }
  if (isLeave(message)) return { kind: 'opt-out', recipients: [firstAddress(fieldOf(message.fields, 'from')) ?? ''] }
  const reported = /\b(complaint about (a )?message|abuse report|spam (report|complaint))\b/i.test(
    subjectOf(message.fields),
  )
  const byMachine = /^(staff|abuse|fbl|feedback\w*|postmaster|no-?reply)@/i.test(
    firstAddress(fieldOf(message.fields, 'from')) ?? '',
  )
  if (!reported || !byMachine || attached === undefined) return undefined
  return { kind: 'abuse', recipients: complainers([], original) }
}

/** Sent to the address of a List-Unsubscribe field, by a mail program or by hand: one word, or what the program adds. */
function isLeave({ fields, text }: OpenMessage): boolean {
  if (fieldOf(fields, 'x-apple-unsubscribe').toLowerCase() === 'true') return true
  return /^\s*(unsubscribe|remove|opt-?out)\s*$/i.test(subjectOf(fields)) && text.trim().length < 200
}

function kindOf(text: string): ComplaintKind {
  const word =
    text
      .trim()
      .toLowerCase()
      .split(/[\s;(]/, 1)[0] ?? ''
  if (word.startsWith('opt-out')) return 'opt-out'
  return complaintKinds.find((kind) => kind === word) ?? 'other'
}

function complainers(fields: readonly Field[], original: readonly Field[]): string[] {
  const named = ['original-rcpt-to', 'removal-recipient'].flatMap((name) => fieldsOf(fields, name))
  const addresses = named.flatMap((value) => firstAddress(value) ?? [])
  if (addresses.length > 0) return [...new Set(addresses)]
  const guessed = ['x-hmxmroriginalrecipient', 'x-original-to', 'delivered-to', 'to'].flatMap((name) =>
    fieldsOf(original, name).flatMap(addressesIn),
  )
  return guessed.slice(0, 1)
}
