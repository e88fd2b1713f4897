import { wireAddress } from '../message/addresses.ts'
import { textValue } from '../message/headers.ts'
import { type Attachment, fill, type Letter, type SharedTexts } from '../transport/letter.ts'
import type { Group, Placed } from './hand-over.ts'

const lineBreaking = /[\p{Cc}\u2028\u2029]+/gu
const controlsInText = /(?![\t\n\r])\p{Cc}/gu
const headerName = /^[!-9;-~]{1,126}$/
const mediaType = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/
const contentId = /^[\w.+@-]{1,78}$/

/** Set by us or by the provider; a second one would re-route the message or contradict its own structure. */
const reservedHeader =
  /^(from|to|cc|bcc|sender|subject|reply-to|date|message-id|return-path|received|mime-version|dkim-signature|content-.*|resent-.*|x-sg-.*|x-smtpapi|x-mailgun-.*|x-ses-.*)$/i

/** Part of a header line: whole code points and nothing that any reader takes for a line end (RFC 5322 §2.2). */
export function inLine(text: string): string {
  return text.toWellFormed().replace(lineBreaking, ' ')
}

/** Text of a body: whole code points, no control but tab and line ends. */
export function inBody(text: string): string {
  return text.toWellFormed().replace(controlsInText, '')
}

/** Why a letter must not be handed to a provider, or undefined. What can be made harmless is no fault. */
export function faultIn(letter: Letter, maxMessageBytes: number): string | undefined {
  const addresses = [letter.to, letter.from.address, ...(letter.replyTo === '' ? [] : [letter.replyTo])]
  const unwritable = addresses.find((address) => wireAddress(address) !== address)
  if (unwritable !== undefined) return `${inLine(unwritable)} is not an address that can be written to`
  const header = Object.keys(letter.headers).find((name) => !headerName.test(name) || reservedHeader.test(name))
  if (header !== undefined) return `The header ${inLine(header)} cannot be set`
  const picture = letter.attachments.find(({ contentId: id }) => id !== undefined && !contentId.test(id))
  if (picture) return `The content id of ${inLine(picture.fileName)} has characters that cannot be in one`
  const bytes = bytesOf(letter)
  if (bytes > maxMessageBytes) return `The message has ${bytes} bytes; the provider takes ${maxMessageBytes}`
  return undefined
}

/** About as many bytes as the message will have: base64 with its line ends makes 137 of 100 (RFC 2045 §6.8). */
function bytesOf({ shared, pieces, attachments }: Letter): number {
  const text = Buffer.byteLength(fill(shared.html, pieces.html)) + Buffer.byteLength(fill(shared.text, pieces.text))
  return attachments.reduce((bytes, { content }) => bytes + Math.ceil(content.length * 1.37) + 500, text + 4_000)
}

/** The letter's own headers, each on one line of ASCII (RFC 2047 where it is not). */
export function headersOf(letter: Letter): [name: string, value: string][] {
  return Object.entries(letter.headers).map(([name, value]) => [name, oneHeader(name, inLine(value))])
}

function oneHeader(name: string, value: string): string {
  return /^[ -~]*$/.test(value) ? value : textValue(name, value).replaceAll('\r\n ', ' ')
}

/** `"Ada, Countess" <ada@example.com>`, for providers that parse a mailbox and encode the name themselves. */
export function mailbox(name: string, address: string): string {
  const phrase = inLine(name).trim()
  return phrase === '' ? address : `"${phrase.replace(/[\\"]/g, '\\$&')}" <${address}>`
}

export interface SafeAttachment {
  readonly fileName: string
  readonly contentType: string
  readonly contentId: string | undefined
  readonly content: Buffer
}

export function safeAttachment({ fileName, contentType, ...rest }: Attachment): SafeAttachment {
  const name = inLine(fileName)
    .replace(/[/\\"]/g, '_')
    .trim()
    .slice(0, 200)
  return {
    ...rest,
    fileName: name === '' ? 'attachment' : name,
    contentType: mediaType.test(contentType) ? contentType : 'application/octet-stream',
  }
}

export interface FilledTexts {
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** The three texts of one letter, harmless. */
export function textsOf({ shared, pieces }: Letter): FilledTexts {
  return {
    subject: inLine(fill(shared.subject, pieces.subject)),
    html: inBody(fill(shared.html, pieces.html)),
    text: inBody(fill(shared.text, pieces.text)),
  }
}

/** The shared texts with a word of the provider's in each hole. */
export function templateOf(shared: SharedTexts, wordFor: (part: Part, hole: number) => string): FilledTexts {
  const join = (part: Part, clean: (text: string) => string) =>
    shared[part].literals.map((literal, hole) => (hole === 0 ? '' : wordFor(part, hole - 1)) + clean(literal)).join('')
  return { subject: join('subject', inLine), html: join('html', inBody), text: join('text', inBody) }
}

export const parts = ['subject', 'html', 'text'] as const
export type Part = (typeof parts)[number]

/** A letter's pieces, harmless, each with the hole that it fills. */
export function piecesOf({ pieces }: Letter): { part: Part; hole: number; piece: string }[] {
  return parts.flatMap((part) =>
    pieces[part].map((piece, hole) => ({ part, hole, piece: part === 'subject' ? inLine(piece) : inBody(piece) })),
  )
}

export interface Sharing {
  readonly most: number
  /** Of what is said of all letters of a call, one by one. */
  readonly maxBytes: number
  /** What one letter adds to a call; undefined when it must go alone. */
  weigh(letter: Letter): number | undefined
}

/**
 * Puts letters together that can share a call: the same texts, sender and attachments. An address comes once a call: SendGrid
 * refuses a second, Mailgun and whoever keys by address would drop it.
 */
export function groupLetters(letters: readonly Placed[], { most, maxBytes, weigh }: Sharing): Group[] {
  const groups: Placed[][] = []
  const open: { group: Placed[]; addresses: Set<string>; bytes: number }[] = []
  for (const placed of letters) {
    const bytes = weigh(placed.letter)
    if (bytes === undefined) {
      groups.push([placed])
      continue
    }
    const address = placed.letter.to.toLowerCase()
    const found = open.find(
      (one) =>
        one.group.length < most &&
        one.bytes + bytes <= maxBytes &&
        !one.addresses.has(address) &&
        canShare((one.group[0] as Placed).letter, placed.letter),
    )
    if (found) {
      found.group.push(placed)
      found.addresses.add(address)
      found.bytes += bytes
    } else {
      const group = [placed]
      open.push({ group, addresses: new Set([address]), bytes })
      groups.push(group)
    }
  }
  return groups
}

function canShare(a: Letter, b: Letter): boolean {
  return (
    a.shared === b.shared &&
    a.from.address === b.from.address &&
    a.from.name === b.from.name &&
    a.replyTo === b.replyTo &&
    sameAttachments(a.attachments, b.attachments) &&
    Object.keys(a.headers).join('\n') === Object.keys(b.headers).join('\n')
  )
}

function sameAttachments(a: readonly Attachment[], b: readonly Attachment[]): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => one === b[index]))
}
