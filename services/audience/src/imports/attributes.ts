import type { Field, FieldValue } from '../contract.ts'
import { readFieldText } from '../field-values.ts'
import { isReservedKey } from '../reserved-keys.ts'
import { fieldKeyOf } from './header-names.ts'

const maxAttributes = 100
/** Fields that one import may bring by attributes; more are a sign of keys that are values. */
const maxFound = 200

/**
 * Reads a cell that holds a JSON object: each entry goes to the field of its name. What is not a plain value is kept as
 * JSON text. Returns what is wrong with the cell, if anything.
 */
export function readAttributes(
  cell: string,
  types: Readonly<Record<string, Field['type']>>,
  found: Map<string, Field['type']>,
  add: (key: string, value: string | number | boolean) => void,
): string | undefined {
  const entries = entriesOf(cell)
  if (entries === undefined) return 'is not a JSON object'
  if (entries.length > maxAttributes) return `has more than ${maxAttributes} entries`
  const seen = new Set<string>()
  for (const [name, value] of entries) {
    const key = fieldKeyOf(name)
    const plain = plainOf(value)
    if (key === undefined || isReservedKey(key) || plain === null || seen.has(key)) continue
    seen.add(key)
    const type = (Object.hasOwn(types, key) ? types[key] : found.get(key)) ?? typeOf(plain)
    const read = readFieldText(type, String(plain))
    if ('wrong' in read) return `has the entry '${name.slice(0, 60)}', which ${read.wrong}`
    if (read.value === null) continue
    if (typeof read.value === 'string' && read.value.includes('\0'))
      return 'holds the character U+0000, which cannot be stored'
    if (!Object.hasOwn(types, key)) {
      if (found.size >= maxFound && !found.has(key)) return `names more than ${maxFound} new fields in one import`
      found.set(key, type)
    }
    add(key, read.value)
  }
  return undefined
}

function entriesOf(cell: string): [string, unknown][] | undefined {
  try {
    const value: unknown = JSON.parse(cell)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? Object.entries(value) : undefined
  } catch {
    return undefined
  }
}

function plainOf(value: unknown): FieldValue {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : (value as FieldValue)
}

function typeOf(value: Exclude<FieldValue, null>): Field['type'] {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'yes_no' : 'text'
}
