import { sql } from 'kysely'
import type { Row, Trx } from './schema.ts'

export function listSigningKeys(trx: Trx) {
  return trx.selectFrom('identity.signing_key').selectAll().orderBy('number').execute()
}

/** Leaves the key of another process in place: the unique number lets one win. */
export async function insertSigningKey(trx: Trx, key: Row<'identity.signing_key'>): Promise<void> {
  await trx
    .insertInto('identity.signing_key')
    .values({ ...key, public_key: sql`${JSON.stringify(key.public_key)}::jsonb` })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteSigningKeys(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await trx.deleteFrom('identity.signing_key').where('id', 'in', ids).execute()
}

export async function getInstallationId(trx: Trx): Promise<string> {
  const row = await trx.selectFrom('identity.installation').select('id').executeTakeFirstOrThrow()
  return row.id
}
