import { readAddress } from '../addresses.ts'
import { type ColumnTarget, type Field, FieldKey, type Import } from '../contract.ts'
import { readFieldText } from '../field-values.ts'
import { isReservedKey } from '../reserved-keys.ts'
import { field, fieldKeyOf, findTargetByName } from './header-names.ts'
import { recogniseVendor } from './vendors.ts'

const samplesShown = 5
const maxSampleLength = 200
/** Numbers that are names of something: a leading zero matters, and nobody adds them up. */
const identifier = /phone|tel|mobile|handy|fax|zip|plz|post|code|id$|nummer|number/i

/** Proposes what each column becomes, from the headers, the first rows and the fields there are. */
export function proposeMapping(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  fields: readonly Field[],
): Pick<Import, 'source' | 'columns'> {
  const vendor = recogniseVendor(headers)
  const columns = headers.map((header, index) => {
    const values = rows.map((row) => row[index] ?? '').filter((value) => value.trim() !== '')
    return { header, values, known: vendor.targetOf(header, values.length === 0) ?? findTargetByName(header) }
  })
  settleFullName(columns)
  const emailAt = findEmailColumn(columns)
  const taken = new Set<string>()
  return {
    source: vendor.source,
    columns: columns.map(({ header, values, known }, index) => {
      const wanted = index === emailAt ? field('email') : known
      return {
        header,
        target: claim(taken, wanted, () => customTarget(taken, { header, index, values, fields })),
        samples: values.slice(0, samplesShown).map(showSample),
      }
    }),
  }
}

/** PostgreSQL's JSON has no U+0000, and a cut may have split a pair. */
function showSample(value: string): string {
  return value.slice(0, maxSampleLength).replaceAll('\0', '\ufffd').toWellFormed()
}

/** Beside a first name, `Name` is the last name (as in German tables), or the two put together once more. */
function settleFullName(columns: { known: ColumnTarget | undefined }[]): void {
  const has = (key: string) => columns.some(({ known }) => known?.kind === 'field' && known.key === key)
  if (!has('first_name')) return
  const instead: ColumnTarget = has('last_name') ? { kind: 'ignore' } : field('last_name')
  for (const column of columns) if (column.known?.kind === 'full_name') column.known = instead
}

/** The column named so, or else the one that holds addresses. */
function findEmailColumn(columns: readonly { values: readonly string[]; known: ColumnTarget | undefined }[]): number {
  const named = columns.findIndex(({ known }) => known?.kind === 'field' && known.key === 'email')
  if (named >= 0) return named
  return columns.findIndex(
    ({ values }) =>
      values.length > 0 && values.filter((value) => readAddress(value) !== undefined).length > values.length / 2,
  )
}

/** The wanted target, unless an earlier column has it. Several columns may hold tags or a status. */
function claim(taken: Set<string>, wanted: ColumnTarget | undefined, otherwise: () => ColumnTarget): ColumnTarget {
  if (wanted === undefined) return otherwise()
  const claimed = wanted.kind === 'field' || wanted.kind === 'new_field' ? wanted.key : wanted.kind
  const mayRepeat = wanted.kind === 'ignore' || wanted.kind === 'tags' || wanted.kind === 'status'
  if (taken.has(claimed) && !mayRepeat) return otherwise()
  taken.add(claimed)
  return wanted
}

interface Column {
  readonly header: string
  readonly index: number
  readonly values: readonly string[]
  readonly fields: readonly Field[]
}

/** A field of that name if there is one, else a new one. */
function customTarget(taken: Set<string>, { header, index, values, fields }: Column): ColumnTarget {
  const named = fieldKeyOf(header)
  const existing = fields.find(({ key, label }) => key === named || label === header)
  if (existing && !taken.has(existing.key)) {
    taken.add(existing.key)
    return { kind: 'field', key: existing.key }
  }
  const key = freeKey(named ?? `column_${index + 1}`, new Set([...taken, ...fields.map((each) => each.key)]))
  taken.add(key)
  return {
    kind: 'new_field',
    key,
    label: header.trim().slice(0, 100) || `Column ${index + 1}`,
    type: guessType(header, values),
  }
}

function freeKey(wanted: string, taken: ReadonlySet<string>): string {
  const base = isReservedKey(wanted) ? `${wanted.slice(0, 55)}_given` : wanted
  for (let count = 1; ; count++) {
    const key = count === 1 ? base : `${base.slice(0, 57)}_${count}`
    if (!taken.has(key)) return FieldKey.parse(key)
  }
}

/** Text, unless every sample is plainly something else. */
function guessType(header: string, values: readonly string[]): Field['type'] {
  const all = (type: Field['type'], also: (value: string) => boolean) =>
    values.length >= 3 && values.every((value) => also(value) && !('wrong' in readFieldText(type, value)))
  if (all('date', (value) => value.length >= 10)) return 'date'
  if (all('yes_no', (value) => /^(?:true|false|yes|no)$/i.test(value.trim()))) return 'yes_no'
  const isAmount = (value: string) => /^-?(?:0|[1-9]\d{0,8})(?:\.\d+)?$/.test(value.trim())
  return !identifier.test(header) && all('number', isAmount) ? 'number' : 'text'
}
