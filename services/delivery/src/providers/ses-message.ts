import type { Letter, SharedTexts } from '../transport/letter.ts'
import {
  headersOf,
  inLine,
  mailbox,
  type Part,
  parts,
  piecesOf,
  safeAttachment,
  templateOf,
  textsOf,
} from './letters.ts'

/** Under this name the tag comes back in every event, among the `tags` of its `mail`. */
export const tagName = 'fanfare_tag'

/** Of the values of one person, so that fifty stay well under what a call may hold. */
const maxEntryBytes = 200_000

/** What a letter adds to a shared call, or undefined when its texts could not be one of SES's templates. */
export function weighForSes(letter: Letter): number | undefined {
  if (!isTemplate(letter.shared)) return undefined
  const bytes = piecesOf(letter).reduce((sum, { piece }) => sum + Buffer.byteLength(piece) + 12, 500)
  return bytes > maxEntryBytes ? undefined : bytes
}

const known = new WeakMap<SharedTexts, boolean>()

/**
 * SES reads what is in double braces: a text that has such braces of its own, or whose ends would make three of ours, must go
 * as it is. https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
 */
function isTemplate(shared: SharedTexts): boolean {
  const found = known.get(shared)
  if (found !== undefined) return found
  const fits = parts.every((part) => {
    const { literals } = shared[part]
    return literals.every(
      (literal, index) =>
        !literal.includes('{{') &&
        (index === literals.length - 1 || !/[\\{]$/.test(literal)) &&
        (index === 0 || !literal.startsWith('}')),
    )
  })
  known.set(shared, fits)
  return fits
}

/** The body of `SendEmail`. SES sets the Message-ID itself, whatever a message says. */
export function sesEmail(letter: Letter, configurationSet: string): object {
  const { subject, html, text } = textsOf(letter)
  return {
    ...envelopeOf(letter, configurationSet),
    Destination: { ToAddresses: [letter.to] },
    EmailTags: [tagOf(letter)],
    Content: {
      Simple: {
        Subject: { Data: subject, Charset: 'UTF-8' },
        Body: {
          Text: { Data: text === '' ? ' ' : text, Charset: 'UTF-8' },
          ...(html === '' ? {} : { Html: { Data: html, Charset: 'UTF-8' } }),
        },
        Headers: headersOf(letter).map(([Name, Value]) => ({ Name, Value })),
        ...attachmentsOf(letter),
      },
    },
  }
}

/** The body of `SendBulkEmail`: the shared texts as an inline template, each entry with what is different. */
export function sesBulk(letters: readonly [Letter, ...Letter[]], configurationSet: string): object {
  const [first] = letters
  const { subject, html, text } = templateOf(first.shared, (part, hole) => `{{${variable(part, hole)}}}`)
  const names = piecesOf(first).map(({ part, hole }) => [variable(part, hole), ''])
  return {
    ...envelopeOf(first, configurationSet),
    DefaultContent: {
      Template: {
        TemplateContent: { Subject: subject, Text: text === '' ? ' ' : text, ...(html === '' ? {} : { Html: html }) },
        // A name without a value is a rendering failure: https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
        TemplateData: JSON.stringify(Object.fromEntries(names)),
        ...attachmentsOf(first),
      },
    },
    BulkEmailEntries: letters.map((letter) => ({
      Destination: { ToAddresses: [letter.to] },
      ReplacementTags: [tagOf(letter)],
      ReplacementHeaders: headersOf(letter).map(([Name, Value]) => ({ Name, Value })),
      ReplacementEmailContent: {
        ReplacementTemplate: {
          ReplacementTemplateData: JSON.stringify(
            Object.fromEntries(piecesOf(letter).map(({ part, hole, piece }) => [variable(part, hole), piece])),
          ),
        },
      },
    })),
  }
}

function envelopeOf({ from, replyTo }: Letter, configurationSet: string): object {
  return {
    FromEmailAddress: asciiMailbox(from),
    ...(replyTo === '' ? {} : { ReplyToAddresses: [replyTo] }),
    ...(configurationSet === '' ? {} : { ConfigurationSetName: configurationSet }),
  }
}

/** SES takes 7-bit names only; others are encoded-words (RFC 2047), short enough for one each. */
function asciiMailbox({ name, address }: Letter['from']): string {
  if (/^[ -~]*$/.test(name)) return mailbox(name, address)
  const words: string[] = []
  let word = ''
  for (const char of inLine(name)) {
    if (Buffer.byteLength(word + char) > 45) {
      words.push(word)
      word = ''
    }
    word += char
  }
  const encoded = [...words, word].map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`)
  return `${encoded.join(' ')} <${address}>`
}

function variable(part: Part, hole: number): string {
  return `${part[0]}${hole}`
}

function tagOf({ tag }: Letter): object {
  return { Name: tagName, Value: tag }
}

function attachmentsOf({ attachments }: Letter): object {
  if (attachments.length === 0) return {}
  return {
    Attachments: attachments.map((attachment) => {
      const { fileName, contentType, contentId, content } = safeAttachment(attachment)
      return {
        FileName: fileName,
        ContentType: contentType,
        ContentTransferEncoding: 'BASE64',
        RawContent: content.toString('base64'),
        ...(contentId === undefined
          ? { ContentDisposition: 'ATTACHMENT' }
          : { ContentDisposition: 'INLINE', ContentId: contentId }),
      }
    }),
  }
}
