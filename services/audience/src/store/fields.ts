import type { Kysely } from 'kysely'
import type { Field } from '../contract.ts'
import type { Schema } from './tables.ts'

type Db = Kysely<Schema>

/** Custom fields, oldest first. */
export async function findFields(db: Db): Promise<Field[]> {
  return db.selectFrom('audience.field').select(['key', 'label', 'type']).orderBy('created_at').orderBy('key').execute()
}

/** Makes the fields that are not there; returns the keys made. */
export async function insertFields(db: Db, tenantId: string, now: Date, fields: readonly Field[]): Promise<string[]> {
  if (fields.length === 0) return []
  const rows = await db
    .insertInto('audience.field')
    .values(fields.map((field) => ({ tenant_id: tenantId, ...field, created_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .execute()
  return rows.map(({ key }) => key)
}
