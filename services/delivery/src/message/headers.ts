import { oneLine } from './plain-text.ts'

/** Octets of UTF-8 in one encoded-word: 75 with `=?UTF-8?B?` and `?=` around base64 (RFC 2047 §2). */
const wordOctets = 45
const lineLength = 76

/** `Name: value` lines without an end, folded. Only for values made by the functions of this file. */
export function headerLine(name: string, value: string): string {
  return `${name}: ${value}`
}

/** A text header's value (RFC 5322 unstructured), as it is when it is short ASCII words, else in encoded-words. */
export function textValue(name: string, text: string): string {
  const line = headerText(text)
  if (isSimple(line)) return fold(line, name.length + 2)
  return encodedWords(line)
}

/**
 * A mailbox: `"Ada, Countess" <ada@example.com>`. The address must have passed `wireAddress`; one with other than ASCII
 * letters, which only servers with SMTPUTF8 get, is UTF-8 in the header too (RFC 6532 §3.2): one character an octet here.
 */
export function mailboxValue(name: string, wireAddress: string): string {
  const phrase = headerText(name)
  const address = Buffer.from(wireAddress).toString('latin1')
  if (phrase === '') return `<${address}>`
  if (!isSimple(phrase) || phrase.length > 60) return `${encodedWords(phrase)}\r\n <${address}>`
  return `"${phrase.replace(/[\\"]/g, '\\$&')}" <${address}>`
}

/** Readers take a byte order mark at the start of any encoded-word for no part of the text, so none is written. */
function headerText(text: string): string {
  return oneLine(text.replaceAll('\ufeff', ''))
}

function isSimple(line: string): boolean {
  return /^[\x20-\x7e]*$/.test(line) && !line.includes('=?') && !line.includes('  ') && !/[^ ]{61}/.test(line)
}

/** Breaks before a space, so that unfolding gives back the same text. */
function fold(line: string, used: number): string {
  let column = used
  const words = line.split(' ').map((word, index) => {
    const breaks = index > 0 && column + word.length + 1 > lineLength
    column = breaks ? word.length + 1 : column + word.length + 1
    return index === 0 ? word : `${breaks ? '\r\n' : ''} ${word}`
  })
  return words.join('')
}

/** Encoded-words never split a code point, and white space between two of them is not shown (RFC 2047 §6.2). */
function encodedWords(line: string): string {
  const words: string[] = []
  let word = ''
  let octets = 0
  for (const point of line) {
    const width = Buffer.byteLength(point)
    if (octets + width > wordOctets) {
      words.push(word)
      word = ''
      octets = 0
    }
    word += point
    octets += width
  }
  words.push(word)
  return words.map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ')
}
