import { headerLine, mailboxValue, textValue } from './headers.ts'
import { bodyText } from './plain-text.ts'
import { quotedPrintable } from './quoted-printable.ts'

/** One message before it is bytes. Addresses must be wire addresses; every text may be anything. */
export interface Letter {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  /** Empty for none. */
  readonly replyTo: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Without its angle brackets. */
  readonly messageId: string
  readonly date: Date
  readonly unsubscribeUrl: string
}

/**
 * A message as RFC 5322 and RFC 2045 want it: each header once, text before HTML, CRLF, no line over 76 octets but for
 * URLs and addresses. Nothing in it is ever a file name or a URL to fetch.
 */
export function composeMessage(letter: Letter): Buffer {
  const boundary = `=_${letter.messageId.slice(0, 32)}`
  const head = [
    headerLine('From', mailboxValue(letter.from.name, letter.from.address)),
    headerLine('To', mailboxValue('', letter.to)),
    ...(letter.replyTo === '' ? [] : [headerLine('Reply-To', mailboxValue('', letter.replyTo))]),
    headerLine('Subject', textValue('Subject', letter.subject)),
    headerLine('Date', letter.date.toUTCString().replace('GMT', '+0000')),
    headerLine('Message-ID', `<${letter.messageId}>`),
    // One click without a page in between (RFC 8058 §3.1).
    headerLine('List-Unsubscribe', `<${letter.unsubscribeUrl}>`),
    headerLine('List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'),
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ]
  const partHead = (type: string) =>
    `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`
  return Buffer.concat([
    Buffer.from(`${head.join('\r\n')}\r\n\r\n${partHead('text/plain')}`),
    quotedPrintable(bodyText(letter.text)),
    Buffer.from(`\r\n${partHead('text/html')}`),
    quotedPrintable(bodyText(letter.html)),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}
