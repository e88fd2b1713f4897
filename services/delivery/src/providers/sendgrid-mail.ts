import type { Letter } from '../transport/letter.ts'
import { headersOf, inLine, type Part, piecesOf, safeAttachment, templateOf, textsOf } from './letters.ts'

/** Of the tags and values of one person: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
const maxSubstitutionBytes = 10_000

/** Under this name the tag comes back in every event: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
export const tagArgument = 'fanfare_tag'

/** The body of one call of `/v3/mail/send`. */
export interface SendGridMail {
  readonly personalizations: readonly Personalization[]
  readonly from: { readonly email: string; readonly name?: string }
  readonly reply_to?: { readonly email: string }
  readonly subject: string
  readonly content: readonly { readonly type: string; readonly value: string }[]
  readonly attachments?: readonly object[]
  readonly tracking_settings: object
}

interface Personalization {
  readonly to: readonly { readonly email: string }[]
  readonly headers: Readonly<Record<string, string>>
  readonly custom_args: Readonly<Record<string, string>>
  readonly substitutions?: Readonly<Record<string, string>>
}

/** We count opens and clicks ourselves; a second count would rewrite our links and add a second pixel. */
const untracked = {
  click_tracking: { enable: false, enable_text: false },
  open_tracking: { enable: false },
  subscription_tracking: { enable: false },
  ganalytics: { enable: false },
}

/** What a letter adds to a shared call, or undefined when its substitutions are more than SendGrid takes. */
export function weighForSendGrid(letter: Letter): number | undefined {
  const bytes = substitutionBytes(letter)
  if (bytes > maxSubstitutionBytes) return undefined
  const headers = headersOf(letter).reduce((sum, [name, value]) => sum + name.length + value.length + 6, 0)
  return bytes + headers + 300
}

function substitutionBytes(letter: Letter): number {
  return piecesOf(letter).reduce(
    (sum, { part, hole, piece }) => sum + Buffer.byteLength(piece) + substitutionTag(markLength, part, hole).length,
    0,
  )
}

/** One call for one letter, or for several that share their texts. */
export function sendGridMail(letters: readonly [Letter, ...Letter[]]): SendGridMail {
  const [first] = letters
  const mark = letters.length > 1 ? markOf(first) : undefined
  const texts =
    mark === undefined ? textsOf(first) : templateOf(first.shared, (part, hole) => substitutionTag(mark, part, hole))
  const name = inLine(first.from.name).trim()
  return {
    personalizations: letters.map((letter) => personalizationOf(letter, mark)),
    from: { email: first.from.address, ...(name === '' ? {} : { name }) },
    ...(first.replyTo === '' ? {} : { reply_to: { email: first.replyTo } }),
    // Neither may be empty, and plain text must come first.
    subject: texts.subject === '' ? ' ' : texts.subject,
    content: [
      { type: 'text/plain', value: texts.text === '' ? ' ' : texts.text },
      ...(texts.html === '' ? [] : [{ type: 'text/html', value: texts.html }]),
    ],
    ...(first.attachments.length === 0 ? {} : { attachments: first.attachments.map(attachmentOf) }),
    tracking_settings: untracked,
  }
}

function personalizationOf(letter: Letter, mark: string | undefined): Personalization {
  return {
    to: [{ email: letter.to }],
    headers: { ...Object.fromEntries(headersOf(letter)), 'Message-ID': `<${inLine(letter.messageId)}>` },
    custom_args: { [tagArgument]: letter.tag },
    ...(mark === undefined
      ? {}
      : {
          substitutions: Object.fromEntries(
            piecesOf(letter).map(({ part, hole, piece }) => [substitutionTag(mark, part, hole), piece]),
          ),
        }),
  }
}

const markLength = 'x'.repeat(10)

/**
 * The signed end of a tag made here: nobody who writes a template or fills a field can know it, so no text of theirs is ever
 * taken for a substitution tag.
 */
function markOf({ tag }: Letter): string {
  return tag.slice(-markLength.length)
}

function substitutionTag(mark: string, part: Part, hole: number): string {
  return `-${mark}-${part[0]}${hole}-`
}

function attachmentOf(attachment: Letter['attachments'][number]): object {
  const { fileName, contentType, contentId, content } = safeAttachment(attachment)
  return {
    content: content.toString('base64'),
    type: contentType,
    filename: fileName,
    ...(contentId === undefined ? { disposition: 'attachment' } : { disposition: 'inline', content_id: contentId }),
  }
}
