import { addressesIn } from './addresses.ts'
import { decodeWords } from './charset.ts'
import { type Field, fieldOf, parseFields } from './fields.ts'

/** What a delivery report says of one recipient (RFC 3464 §2.3), as it stands there. */
export interface StatusGroup {
  readonly address: string
  readonly finalAddress: string
  readonly action: string
  /** Like `5.1.1`; empty when there is none. */
  readonly status: string
  /** Like `smtp`, `x-unix`. */
  readonly diagnosticType: string
  readonly diagnostic: string
  /** Whether another server is named that gave the answer; without one, the reporting server had the message already. */
  readonly remote: boolean
}

/** Groups of fields about recipients, of a delivery-status part or of the same lines in plain text. */
export function statusGroups(text: string): StatusGroup[] {
  return text
    .split(/\n[ \t]*\n/)
    .flatMap((block) => splitRepeated(parseFields(block)))
    .flatMap((fields) => groupOf(fields) ?? [])
}

/** Some servers leave out the empty line between two recipients. */
function splitRepeated(fields: readonly Field[]): Field[][] {
  const groups: Field[][] = [[]]
  for (const field of fields) {
    const current = groups.at(-1) as Field[]
    const repeats = field.name === 'final-recipient' && current.some(({ name }) => name === 'final-recipient')
    if (repeats) groups.push([field])
    else current.push(field)
  }
  return groups
}

function groupOf(fields: readonly Field[]): StatusGroup | undefined {
  const named = ['final-recipient', 'original-recipient', 'x-actual-recipient', 'action'].some(
    (name) => fieldOf(fields, name) !== '',
  )
  if (!named) return undefined
  const finalAddress = recipientOf(fieldOf(fields, 'final-recipient'))
  const original = recipientOf(fieldOf(fields, 'original-recipient'))
  const actual = recipientOf(fieldOf(fields, 'x-actual-recipient'))
  const { type, value } = typed(fieldOf(fields, 'diagnostic-code'))
  if (finalAddress === '' && original === '' && actual === '' && fieldOf(fields, 'status') === '') return undefined
  return {
    address: original || finalAddress || actual,
    finalAddress: finalAddress || original || actual,
    action: fieldOf(fields, 'action').toLowerCase().split(/[\s(]/, 1)[0] ?? '',
    status: /[245]\.\d{1,3}\.\d{1,3}/.exec(fieldOf(fields, 'status'))?.[0] ?? '',
    diagnosticType: type,
    diagnostic: decodeWords(value),
    remote: fieldOf(fields, 'remote-mta') !== '',
  }
}

/** `rfc822; somebody@example.org`, `utf-8; …` (RFC 6533 §3), or the address alone. */
function recipientOf(field: string): string {
  const { type, value } = typed(field)
  const text = type === 'utf-8' || type === 'utf8' ? unicodeOf(value) : value
  return addressesIn(xtextOf(text))[0] ?? addressesIn(field)[0] ?? text.replace(/^<|>$/g, '').trim()
}

function typed(field: string): { type: string; value: string } {
  const [, type, value] = /^\s*([A-Za-z0-9_-]{1,40})\s*;\s*([\s\S]*)$/.exec(field) ?? []
  return type === undefined
    ? { type: '', value: field.trim() }
    : { type: type.toLowerCase(), value: (value ?? '').trim() }
}

/** `+2B` for `+` and its like (RFC 3461 §4); only where every `+` is one, since `+` is common in addresses. */
function xtextOf(text: string): string {
  const plain = text.replace(/\+[0-9A-F]{2}/g, '')
  if (!text.includes('+') || plain.includes('+') || !/\+(2B|3D|[01][0-9A-F]|20|7F)/.test(text)) return text
  return text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** `\x{20AC}` for what the way could not carry (RFC 6533 §3). */
function unicodeOf(text: string): string {
  return text.replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (found, hex: string) => {
    const code = Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : found
  })
}
