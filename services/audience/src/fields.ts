import { recordAudit } from '@fanfare/identity/contract'
import type { Violation } from '@fanfare/kernel'
import type { Kysely } from 'kysely'
import { type Field, type FieldValue, standardFields } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { checkFieldValue } from './field-values.ts'
import { isReservedKey } from './reserved-keys.ts'
import type { FieldTypes } from './segment-check.ts'
import { findFields, insertFields } from './store/fields.ts'
import type { Schema } from './store/tables.ts'

const maxFields = 500

/** Standard fields first, then the workspace's own. */
export async function listFields(deps: Pick<Deps, 'db'>, tenantId: string): Promise<Field[]> {
  const custom = await deps.db.withTenant(tenantId, findFields)
  return [...standardFields, ...custom]
}

export async function createField(
  deps: Pick<Deps, 'db' | 'clock' | 'events'>,
  tenantId: string,
  field: Field,
): Promise<Field> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const [made] = await addFields(trx, tenantId, deps.clock.now(), [field])
    if (made === undefined) throw problem('field_taken', { detail: { key: field.key } })
    const target = { kind: 'field', id: field.key, name: field.label }
    await recordAudit(deps.events, { tenantId, action: 'field.created', target, after: { ...field } })
    return field
  })
}

/** Makes the fields that are not there yet; returns the keys made. */
export async function addFields(
  db: Kysely<Schema>,
  tenantId: string,
  now: Date,
  fields: readonly Field[],
): Promise<string[]> {
  const reserved = fields.find(({ key }) => isReservedKey(key))
  if (reserved) throw problem('field_reserved', { detail: { key: reserved.key } })
  const made = await insertFields(db, tenantId, now, fields)
  if (made.length > 0 && (await findFields(db)).length > maxFields) {
    throw problem('field_limit', { detail: { limit: maxFields } })
  }
  return made
}

export async function findFieldTypes(db: Kysely<Schema>): Promise<FieldTypes> {
  return new Map((await findFields(db)).map(({ key, type }) => [key, type]))
}

/**
 * Checks values by their fields' types and returns them as they are kept; a field set to null is left out.
 * Problem: `audience.fields_invalid` with one violation a field.
 */
export function readFields(
  values: Readonly<Record<string, FieldValue>>,
  types: FieldTypes,
): Record<string, FieldValue> {
  const violations: Violation[] = []
  const kept: [string, FieldValue][] = []
  for (const [key, value] of Object.entries(values)) {
    const type = types.get(key)
    const read =
      type === undefined ? { wrong: 'is not a field of this workspace; create it first' } : checkFieldValue(type, value)
    if ('wrong' in read) violations.push({ path: `/body/fields/${key}`, message: `'${key}' ${read.wrong}` })
    else if (read.value !== null) kept.push([key, read.value])
  }
  if (violations.length > 0) {
    const reasons = violations.map(({ message }) => message).join('; ')
    throw problem('fields_invalid', { detail: { reasons }, violations })
  }
  return Object.fromEntries(kept)
}
