import { addressesIn } from './addresses.ts'
import { isAutomatic } from './automatic.ts'
import { looksLikeNotice } from './bounce-marks.ts'
import { type ComplaintKind, complaintOf } from './feedback-report.ts'
import { type Field, fieldOf } from './fields.ts'
import { layOpen, type OpenMessage, openMessage, subjectOf } from './message.ts'
import { namedRecipients } from './recipients.ts'
import { reportRows } from './report.ts'
import { splitNotice } from './returned.ts'
import { type RecipientAction, type RecipientRow, rowOf } from './rows.ts'
import { sesNotice } from './ses-notice.ts'
import { tagsOf } from './tags.ts'

export const receivedKinds = ['bounce', 'complaint', 'auto_reply', 'reply', 'other'] as const
/** `bounce`: a report or notice of deliveries, good ones too. `reply`: a person answered. `other`: none of these. */
export type ReceivedKind = (typeof receivedKinds)[number]

export interface ReceivedMessage {
  readonly kind: ReceivedKind
  readonly rows: readonly RecipientRow[]
  /** Of a complaint. */
  readonly complaint: ComplaintKind | null
  readonly complainers: readonly string[]
  /** Words that look like our tags, the surest first; not verified. */
  readonly tags: readonly string[]
  readonly messageId: string
  readonly from: string
  readonly subject: string
  /** What the writer says, for showing a reply. */
  readonly text: string
}

/** Reads one received message. Never throws for what it finds; line breaks of any kind read alike. */
export function readReceived(source: Buffer): ReceivedMessage {
  return describe(openMessage(source), 0)
}

function describe(message: OpenMessage, depth: number): ReceivedMessage {
  const { fields } = message
  const { notice, returned } = splitNotice(message.text)
  const original = message.attached?.fields ?? returned?.fields ?? []
  const reports = [...message.deliveryStatus, ...(message.feedbackReport ? [message.feedbackReport] : [])]
  const base = {
    rows: [] as RecipientRow[],
    complaint: null,
    complainers: [] as string[],
    tags: tagsOf(fields, original, [...reports.map(({ text }) => text), message.text].join('\n')),
    messageId: fieldOf(fields, 'message-id'),
    from: addressesIn(fieldOf(fields, 'from'))[0] ?? '',
    subject: subjectOf(fields),
    text: message.text,
  }
  const complaint = complaintOf(message)
  if (complaint !== undefined) {
    return { ...base, kind: 'complaint', complaint: complaint.kind, complainers: complaint.recipients }
  }
  const ses = sesNotice(message.text)
  if (ses !== undefined && ses.accounts.length > 0) return { ...base, kind: 'bounce', rows: ses.accounts.map(rowOf) }
  if (ses !== undefined) return { ...base, kind: 'complaint', complaint: 'abuse', complainers: ses.complainers }
  const reported = reportRows(message, notice)
  if (reported.length > 0) return { ...base, kind: 'bounce', rows: reported }
  if (looksLikeNotice(message)) {
    const inner = returned ?? message.attached
    const nested = depth < 3 && inner !== undefined ? describe(layOpen(inner), depth + 1) : undefined
    if (nested?.kind === 'bounce') return { ...base, kind: 'bounce', rows: nested.rows }
    return { ...base, kind: 'bounce', rows: noticeRows(fields, notice, message, original) }
  }
  if (message.disposition !== undefined || isAutomatic(fields)) return { ...base, kind: 'auto_reply' }
  return { ...base, kind: answers(fields) ? 'reply' : 'other' }
}

function noticeRows(
  fields: readonly Field[],
  notice: string,
  message: OpenMessage,
  original: readonly Field[],
): RecipientRow[] {
  const failed = addressesIn(fieldOf(fields, 'x-failed-recipients'))
  const own = [
    ...addressesIn(fieldOf(fields, 'to')),
    ...addressesIn(fieldOf(fields, 'from')),
    ...addressesIn(fieldOf(original, 'from')),
  ]
  const returned = message.attached ?? { ...message.root, fields: original }
  const action = actionOf(`${subjectOf(fields)}\n${notice}`)
  return namedRecipients(notice, failed, returned, own).map(({ address, about }) =>
    rowOf({ address, action, status: '', diagnostic: '', about: about === '' ? notice : about, notice, stage: null }),
  )
}

function actionOf(text: string): RecipientAction {
  if (
    /warning message only|this is a warning|has (been |not yet been )?delay|delayed \d+ (hour|day)|not yet been delivered|\(delay\)|delivery attempts will continue|still being retried/i.test(
      text,
    )
  ) {
    return 'delayed'
  }
  return 'failed'
}

function answers(fields: readonly Field[]): boolean {
  return (
    fieldOf(fields, 'in-reply-to') !== '' ||
    fieldOf(fields, 'references') !== '' ||
    /^\s*(re|aw|sv|antw|rv)\s*:/i.test(subjectOf(fields))
  )
}
