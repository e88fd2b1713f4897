import PostalMime from 'postal-mime'
import { oneLine } from '../message/plain-text.ts'

/** A kept message as a mail program would show it. */
export interface ReadMessage {
  readonly headers: { name: string; value: string }[]
  readonly text: string
  readonly html: string
}

const limits = { maxNestingDepth: 32, maxHeadersSize: 256 * 1024 }

export async function readMessage(source: Uint8Array): Promise<ReadMessage> {
  const email = await PostalMime.parse(source, limits)
  return {
    headers: email.headers.map(({ originalKey, key, value }) => ({ name: originalKey ?? key, value })),
    text: email.text ?? '',
    html: email.html ?? '',
  }
}

/** Read from the header alone: the body may be megabytes. */
export async function subjectOf(source: Buffer): Promise<string> {
  const end = source.indexOf('\r\n\r\n')
  const head = source.subarray(0, end < 0 ? limits.maxHeadersSize : Math.min(end + 4, limits.maxHeadersSize))
  const email = await PostalMime.parse(head, limits)
  return oneLine(email.subject ?? '').slice(0, 500)
}
