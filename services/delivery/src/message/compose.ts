import { createHash } from 'node:crypto'
import { fill, type HoledText, type Pieces, type SharedTexts } from '../transport/letter.ts'
import { headerLine, mailboxValue, textValue } from './headers.ts'
import { bodyText } from './plain-text.ts'
import { plainPart, quotedPrintable, quotedPrintablePart } from './quoted-printable.ts'
import { AsciiWriter } from './writer.ts'

/** What all messages of one variant from one sender share. Addresses must be wire addresses; every text may be anything. */
export interface Frame {
  readonly from: { readonly name: string; readonly address: string }
  /** Empty for none. */
  readonly replyTo: string
  readonly shared: SharedTexts
}

/** What makes a message one recipient's. */
export interface Addressed {
  readonly to: string
  /** Without its angle brackets. */
  readonly messageId: string
  readonly date: Date
  /** Empty for a message that nobody can unsubscribe from, such as a receipt. */
  readonly unsubscribeUrl: string
  /** For mail programs that leave by mail instead; empty or left out for none. */
  readonly unsubscribeAddress?: string
  readonly pieces: Pieces
}

/** A message as SMTP carries it, without the dot that ends it: ASCII but for addresses that are not, CRLF line ends, no line begins with a dot. */
export type Composer = (addressed: Addressed) => Buffer

/**
 * Reads a frame once, so that a recipient costs little more than putting their pieces between texts that are encoded
 * already. Messages are as RFC 5322 and RFC 2045 want them: each header once, text before HTML, no line over 76 octets
 * but for URLs and addresses. Nothing in a message is ever a file name or a URL to fetch.
 */
export function prepareComposer({ from, replyTo, shared }: Frame): Composer {
  // Quoted-printable has no `=_`, so no body can hold its own boundary.
  const boundary = `=_${createHash('sha256').update(JSON.stringify(shared)).digest('hex').slice(0, 24)}`
  const top = [
    headerLine('From', mailboxValue(from.name, from.address)),
    ...(replyTo === '' ? [] : [headerLine('Reply-To', mailboxValue('', replyTo))]),
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
  ].join('\r\n')
  const partHead = (type: string) =>
    `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`
  const writer = new AsciiWriter()
  const writeText = prepareBody(shared.text, writer)
  const writeHtml = prepareBody(shared.html, writer)
  const beforeText = `\r\n${partHead('text/plain')}`
  const beforeHtml = `\r\n${partHead('text/html')}`
  const end = `\r\n--${boundary}--\r\n`
  const dateText = createDateText()
  return ({ to, messageId, date, unsubscribeUrl, unsubscribeAddress = '', pieces }) => {
    const subject = textValue('Subject', fill(shared.subject, pieces.subject))
    writer.begin()
    writer.add(top)
    writer.add(
      `To: ${mailboxValue('', to)}\r\nSubject: ${subject}\r\nDate: ${dateText(date)}\r\nMessage-ID: <${messageId}>\r\n`,
    )
    // One click without a page in between (RFC 8058 §3.1).
    if (unsubscribeUrl !== '') {
      writer.add(`List-Unsubscribe: ${waysOut(unsubscribeUrl, unsubscribeAddress, ',\r\n ')}\r\n`)
      writer.add('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n')
    }
    writer.add(beforeText)
    writeText(pieces.text)
    writer.add(beforeHtml)
    writeHtml(pieces.html)
    writer.add(end)
    return writer.finish()
  }
}

/** The value of List-Unsubscribe (RFC 2369 §3.2): the URL first, as most programs take the first they know. */
export function waysOut(url: string, address: string, between = ', '): string {
  return address === '' ? `<${url}>` : `<${url}>${between}<mailto:${address}?subject=unsubscribe>`
}

export interface Letter extends Omit<Frame, 'shared'>, Omit<Addressed, 'pieces'> {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** One message of its own. */
export function composeMessage({ subject, text, html, ...letter }: Letter): Buffer {
  const whole = (content: string) => ({ literals: [content] })
  const shared = { subject: whole(subject), text: whole(text), html: whole(html) }
  const pieces = { subject: [], text: [], html: [] }
  return prepareComposer({ ...letter, shared })({ ...letter, pieces })
}

function prepareBody({ literals }: HoledText, writer: AsciiWriter): (pieces: readonly string[]) => void {
  const last = literals.length - 1
  const encoded = literals.map((literal, index) => {
    return index === last ? quotedPrintable(bodyText(literal)) : quotedPrintablePart(bodyText(literal))
  })
  return (pieces) => {
    writer.add(encoded[0] as string)
    for (let index = 0; index < pieces.length; index++) {
      writer.add(encodePiece(pieces[index] as string))
      writer.add(encoded[index + 1] as string)
    }
  }
}

/** Most pieces are a name or a link. */
function encodePiece(piece: string): string {
  return plainPart(piece) ?? quotedPrintablePart(bodyText(piece))
}

/** RFC 5322 §3.3. The messages of a second share the text. */
function createDateText(): (date: Date) => string {
  let kept = { second: Number.NaN, text: '' }
  return (date) => {
    const second = Math.floor(date.getTime() / 1_000)
    if (kept.second !== second) kept = { second, text: date.toUTCString().replace('GMT', '+0000') }
    return kept.text
  }
}
