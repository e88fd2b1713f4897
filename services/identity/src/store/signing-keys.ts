import { sql } from 'kysely'
import type { Row, Trx } from './schema.ts'

export interface SigningKeyTable {
  /** The thumbprint of the public key (RFC 7638): the `kid` of what it signs. */
  id: string
  /** Counts up; two processes that make the next key at once agree on one by it. */
  number: number
  public_key: unknown
  /** The private JWK, sealed with the kernel's keys. */
  private_key: string
  signs_from: Date
  created_at: Date
}

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
