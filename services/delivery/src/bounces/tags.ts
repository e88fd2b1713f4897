import { addressesIn } from './addresses.ts'
import { type Field, fieldsOf } from './fields.ts'

/** Where the envelope's recipient is kept by servers on the way: the surest place for the address a bounce was sent to. */
const envelopeFields = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-rcpt-to',
  'x-forwarded-to',
  'to',
  'cc',
  'return-path',
] as const
const threadFields = [
  'in-reply-to',
  'references',
  'message-id',
  'x-original-message-id',
  'original-message-id',
] as const

/** A tag as `encodeTag` makes it, alone or behind the letter of a signed address. */
const tagPattern = /^[bu]?([0-9a-v]{61})$/i

/**
 * Words that look like a tag of ours, the surest first: of the addresses a message was sent to, then of the message it
 * answers or returns. Nothing here is believed until its signature is verified.
 */
export function tagsOf(fields: readonly Field[], original: readonly Field[], elsewhere: string): string[] {
  const addresses = envelopeFields
    .flatMap((name) => [...fieldsOf(fields, name), ...fieldsOf(original, name)])
    .flatMap(addressesIn)
  const ids = threadFields
    .flatMap((name) => [...fieldsOf(fields, name), ...fieldsOf(original, name)])
    .flatMap((value) => value.slice(0, 8_000).match(/[^\s<>@]{61,62}(?=@)/g) ?? [])
  const loose = elsewhere.slice(0, 64 * 1024).match(/\b[BbUu]?[0-9A-Va-v]{61}(?=@)/g) ?? []
  const words = [...addresses.map((address) => address.slice(0, address.lastIndexOf('@'))), ...ids, ...loose]
  return [...new Set(words.flatMap((word) => tagPattern.exec(word)?.[1]?.toLowerCase() ?? []))].slice(0, 50)
}
