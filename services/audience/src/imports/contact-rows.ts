import { unguardCell } from '@fanfare/kernel'
import { readAddress } from '../addresses.ts'
import type { Field } from '../contract.ts'
import { readFieldText } from '../field-values.ts'
import { readAttributes } from './attributes.ts'
import type { ImportPlan } from './plan.ts'
import { type RowStatus, statusReaderOf } from './status-words.ts'
import { splitTags } from './tags.ts'

const maxNameLength = 200

/** A contact as a row gives it. `fields` is JSON text: it is written as it is and never looked at again. */
export interface ContactRow {
  email: string
  key: string
  firstName: string
  lastName: string
  fields: string
  tags: readonly string[]
  status: RowStatus
}

/** What a row turned out to be: a contact, or why not. */
export type ReadRow = ContactRow | { readonly wrong: string }

/** Fields that `attributes` columns brought, by key, with the type of their first value. */
export type FoundFields = Map<string, Field['type']>

/** Changes the row under construction; returns what is wrong with the cell, if anything. */
type CellReader = (cell: string, row: Draft) => string | undefined
interface Draft extends Omit<ContactRow, 'tags' | 'fields'> {
  json: string
  tags: string[] | undefined
}

/**
 * Compiles a plan into a function over cells, once an import: no schema is walked for a row.
 * @param found grows with the fields that attributes name
 */
export function compileRows(
  plan: ImportPlan,
  headers: readonly string[],
  found: FoundFields,
): (cells: readonly string[]) => ReadRow {
  const readers = plan.columns.map((target, index) => readerOf(plan, headers[index] ?? '', found, target))
  return (cells) => {
    const row: Draft = {
      email: '',
      key: '',
      firstName: '',
      lastName: '',
      json: '',
      tags: undefined,
      status: 'subscribed',
    }
    if (cells.length > readers.length && cells.slice(readers.length).some((cell) => cell.trim() !== '')) {
      return { wrong: `has ${cells.length} columns where the header has ${readers.length}` }
    }
    for (let index = 0; index < readers.length; index++) {
      const reader = readers[index]
      const cell = cells[index]
      if (reader === undefined || cell === undefined || cell === '') continue
      if (cell.includes('\0'))
        return { wrong: `${nameOf(headers, index)} holds the character U+0000, which cannot be stored` }
      const wrong = reader(cell, row)
      if (wrong !== undefined) return { wrong: `${nameOf(headers, index)} ${wrong}` }
    }
    if (row.key === '') return { wrong: 'has no email address' }
    const { json, tags, ...rest } = row
    return { ...rest, fields: `{${json}}`, tags: tags ?? [] }
  }
}

function nameOf(headers: readonly string[], index: number): string {
  return headers[index]?.slice(0, 60) || `column ${index + 1}`
}

function readerOf(
  plan: ImportPlan,
  header: string,
  found: FoundFields,
  target: ImportPlan['columns'][number],
): CellReader | undefined {
  switch (target.kind) {
    case 'ignore':
      return undefined
    case 'tags':
      return readTags
    case 'status':
      return statusCell(header)
    case 'full_name':
      return readFullName
    case 'attributes':
      return (cell, row) => readAttributes(cell, plan.types, found, (key, value) => addField(row, key, value))
    case 'field':
    case 'new_field':
      return fieldCell(target.key, plan.types[target.key] ?? 'text')
  }
}

function fieldCell(key: string, type: Field['type']): CellReader {
  if (key === 'email') return readEmail
  if (key === 'first_name') return nameCell('firstName')
  if (key === 'last_name') return nameCell('lastName')
  return (cell, row) => {
    const read = readFieldText(type, unguardCell(cell))
    if ('wrong' in read) return read.wrong
    if (read.value !== null) addField(row, key, read.value)
    return undefined
  }
}

const readEmail: CellReader = (cell, row) => {
  const address = readAddress(cell)
  if (address === undefined) return `'${cell.slice(0, 60)}' is not an address that can be delivered to`
  row.email = address.email
  row.key = address.key
  return undefined
}

function nameCell(part: 'firstName' | 'lastName'): CellReader {
  return (cell, row) => {
    const name = unguardCell(cell).trim()
    if (name.length > maxNameLength) return `is longer than ${maxNameLength} characters`
    row[part] = name
    return undefined
  }
}

/** The last word is the last name; names for which that is wrong can be mapped to one column instead. */
const readFullName: CellReader = (cell, row) => {
  const name = unguardCell(cell).trim()
  if (name.length > maxNameLength) return `is longer than ${maxNameLength} characters`
  const space = name.lastIndexOf(' ')
  row.firstName = space < 0 ? name : name.slice(0, space).trim()
  row.lastName = space < 0 ? '' : name.slice(space + 1)
  return undefined
}

const readTags: CellReader = (cell, row) => {
  const tags = splitTags(unguardCell(cell))
  if (tags === undefined) return 'has a tag that is longer than 100 characters, or more than 100 tags'
  row.tags = row.tags === undefined ? tags : [...new Set([...row.tags, ...tags])]
  return undefined
}

const severity: Readonly<Record<RowStatus, number>> = { subscribed: 0, unsubscribed: 1, bounced: 2, complained: 3 }

/** Of several status columns the gravest counts. */
function statusCell(header: string): CellReader {
  const read = statusReaderOf(header)
  return (cell, row) => {
    const status = read(cell)
    if (status === undefined) return `'${cell.slice(0, 60)}' is not a status that is known`
    row.status = graver(row.status, status)
    return undefined
  }
}

export function graver(one: RowStatus, other: RowStatus): RowStatus {
  return severity[other] > severity[one] ? other : one
}

// Characters that JSON must escape, and surrogates, of which only pairs may stand as they are.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that JSON escapes
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/

function addField(row: Draft, key: string, value: string | number | boolean): void {
  const text = typeof value === 'string' ? quoteJson(value) : String(value)
  row.json = row.json === '' ? `"${key}":${text}` : `${row.json},"${key}":${text}`
}

function quoteJson(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text.toWellFormed()) : `"${text}"`
}
