import { createHash } from 'node:crypto'
import { fill, type HoledText, type Pieces, type SharedTexts } from '../transport/letter.ts'
import { headerLine, mailboxValue, textValue } from './headers.ts'
import { bodyText } from './plain-text.ts'
import { quotedPrintable, quotedPrintablePart } from './quoted-printable.ts'

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
  readonly pieces: Pieces
}

/** A message as SMTP carries it, without the dot that ends it: ASCII, CRLF line ends, no line begins with a dot. */
export type Composer = (addressed: Addressed) => string

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
  const text = prepareBody(shared.text)
  const html = prepareBody(shared.html)
  const beforeText = `\r\n${partHead('text/plain')}`
  const beforeHtml = `\r\n${partHead('text/html')}`
  const end = `\r\n--${boundary}--\r\n`
  const dateText = createDateText()
  return ({ to, messageId, date, unsubscribeUrl, pieces }) => {
    const subject = textValue('Subject', fill(shared.subject, pieces.subject))
    // One click without a page in between (RFC 8058 §3.1).
    const leave =
      unsubscribeUrl === ''
        ? ''
        : `List-Unsubscribe: <${unsubscribeUrl}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n`
    const head = `To: <${to}>\r\nSubject: ${subject}\r\nDate: ${dateText(date)}\r\nMessage-ID: <${messageId}>\r\n`
    return top + head + leave + beforeText + text(pieces.text) + beforeHtml + html(pieces.html) + end
  }
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
  return Buffer.from(prepareComposer({ ...letter, shared })({ ...letter, pieces }), 'latin1')
}

function prepareBody({ literals }: HoledText): (pieces: readonly string[]) => string {
  const last = literals.length - 1
  const encoded = literals.map((literal, index) => {
    return index === last ? quotedPrintable(bodyText(literal)) : quotedPrintablePart(bodyText(literal))
  })
  return (pieces) => {
    let body = encoded[0] as string
    for (let index = 0; index < pieces.length; index++)
      body += encodePiece(pieces[index] as string) + encoded[index + 1]
    return body
  }
}

/** Most pieces are a name or a link: short, plain, and fit for a line as they are. */
const plainPiece = /^(?!\.)[ -<>-~]{1,75}$/

function encodePiece(piece: string): string {
  return plainPiece.test(piece) ? `${piece}=\r\n` : quotedPrintablePart(bodyText(piece))
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
