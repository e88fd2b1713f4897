import { domainToASCII } from 'node:url'
import { z } from 'zod'

/** An address we may deliver to, as given, and what makes two of them the same. */
export interface Address {
  readonly email: string
  readonly key: string
}

const deliverable = z.regexes.email
const maxLocalLength = 64
const maxLabelLength = 63
const maxLength = 254

/**
 * Reads an address, or undefined when it is none that we deliver to: the dot-atom part of RFC 5321 §4.1.2 in ASCII, without
 * quoted local parts, comments and address literals. A domain in another script is taken by its A-label (RFC 5891).
 */
export function readAddress(text: string): Address | undefined {
  const email = text.trim()
  if (email.length > maxLength || email.length < 6) return undefined
  const at = email.lastIndexOf('@')
  if (at < 1 || at > maxLocalLength) return undefined
  const ascii = toAscii(email, at)
  if (ascii.length > maxLength || !deliverable.test(ascii) || hasLongLabel(ascii, at)) return undefined
  return { email, key: ascii.toLowerCase() }
}

/** The form that goes on the wire: the local part as given, the domain in ASCII. */
export function deliveryAddress(email: string): string {
  return toAscii(email, email.lastIndexOf('@'))
}

function toAscii(email: string, at: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
  if (/^[\x00-\x7f]*$/.test(email)) return email
  return `${email.slice(0, at)}@${domainToASCII(email.slice(at + 1).normalize('NFC'))}`
}

function hasLongLabel(ascii: string, at: number): boolean {
  if (ascii.length - at <= maxLabelLength) return false
  return ascii
    .slice(at + 1)
    .split('.')
    .some((label) => label.length > maxLabelLength)
}
