import type { Field, FieldValue } from './contract.ts'

const maxTextLength = 10_000
const numberForm = /^[+-]?\d{1,18}(?:[.,]\d{1,18})?$/
// A date as YYYY-MM-DD, with a time or without: https://www.rfc-editor.org/rfc/rfc3339
const dateForm = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
const yesWords = new Set(['yes', 'true', '1', 'y', 'ja', 'oui', 'si', 'sí', 'on', 'x'])
const noWords = new Set(['no', 'false', '0', 'n', 'nein', 'non', 'off'])

/** What a value of a field becomes when it is kept, or why it cannot be. */
export type ReadValue = { readonly value: FieldValue } | { readonly wrong: string }

/** Checks a value that came as JSON against the field's type. */
export function checkFieldValue(type: Field['type'], value: FieldValue): ReadValue {
  if (value === null) return { value: null }
  switch (type) {
    case 'text':
      return typeof value === 'string' ? { value } : { wrong: 'must be text' }
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? { value } : { wrong: 'must be a number' }
    case 'yes_no':
      return typeof value === 'boolean' ? { value } : { wrong: 'must be true or false' }
    case 'date':
      return typeof value === 'string' ? readDate(value) : { wrong: 'must be a date like 2026-05-31' }
  }
}

/** Reads a value out of a cell of text; an empty cell is null. */
export function readFieldText(type: Field['type'], text: string): ReadValue {
  if (type === 'text') {
    if (text.length > maxTextLength) return { wrong: `is longer than ${maxTextLength} characters` }
    return { value: text === '' ? null : text }
  }
  const trimmed = text.trim()
  if (trimmed === '') return { value: null }
  switch (type) {
    case 'number':
      return readNumber(trimmed)
    case 'yes_no':
      return readYesNo(trimmed)
    case 'date':
      return readDate(trimmed)
  }
}

function readNumber(text: string): ReadValue {
  if (!numberForm.test(text)) return { wrong: `'${shorten(text)}' is not a number` }
  // 1,234 may be a thousand or one and a bit: better refused than wrong.
  if (/,\d{3}$/.test(text)) return { wrong: `'${shorten(text)}' may mean two numbers; write it without a comma` }
  return { value: Number(text.replace(',', '.')) }
}

function readYesNo(text: string): ReadValue {
  const word = text.toLowerCase()
  if (yesWords.has(word)) return { value: true }
  if (noWords.has(word)) return { value: false }
  return { wrong: `'${shorten(text)}' is neither yes nor no` }
}

/** A day stays `YYYY-MM-DD`, a time becomes UTC, so that the texts compare in order of time. */
function readDate(text: string): ReadValue {
  const parts = dateForm.exec(text)
  const day = parts?.[0].slice(0, 10)
  if (day === undefined || !isDay(day)) return { wrong: `'${shorten(text)}' is not a date like 2026-05-31` }
  if (text.length === 10) return { value: day }
  const time = Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(time)
    ? { wrong: `'${shorten(text)}' is not a time like 2026-05-31T12:00:00Z` }
    : { value: new Date(time).toISOString() }
}

function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** A value as a template shows it. `no` is empty, so that a section on the field is left out. */
export function showFieldValue(value: FieldValue | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : ''
  return String(value)
}
