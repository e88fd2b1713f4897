/** Text of bytes in a named character set; what cannot be read becomes U+FFFD, an unknown set is read as UTF-8 or Latin 1. */
export function textOf(bytes: Uint8Array, charset: string): string {
  const decoder = decoderOf(charset)
  if (decoder !== undefined) return decoder.decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('latin1')
  }
}

function decoderOf(charset: string): TextDecoder | undefined {
  const name = charset.trim().toLowerCase()
  // ASCII says nothing of the bytes above it, and servers put other sets there all the same.
  if (name === '' || name === 'us-ascii' || name === 'ascii' || name === 'unknown-8bit') return undefined
  try {
    return new TextDecoder(name)
  } catch {
    return undefined
  }
}

export function quotedPrintableBytes(text: string): Buffer {
  const soft = text.replace(/[ \t]*=[ \t]*\n/g, (found) => (found.trimStart().startsWith('=') ? '' : found))
  return Buffer.from(
    soft.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

const encodedWord = /=\?([^?\s]{1,40})\?([BbQq])\?([^?]{0,200})\?=/g

/** A header's text with its encoded words read (RFC 2047). */
export function decodeWords(value: string): string {
  return value
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(encodedWord, (_, charset: string, kind: string, content: string) => {
      const bytes =
        kind.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : quotedPrintableBytes(content.replaceAll('_', ' '))
      // RFC 2231 §5 allows a language behind the set.
      return textOf(bytes, charset.split('*')[0] ?? '')
    })
}
