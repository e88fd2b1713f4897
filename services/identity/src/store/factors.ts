import type { Trx } from './schema.ts'

export interface FactorTable {
  account_id: string
  id: string
  kind: string
  name: string
  /** Sealed with the kernel's keys. */
  secret: string | null
  credential: unknown
  /** Null until its owner has shown that it works. */
  confirmed_at: Date | null
  last_used_at: Date | null
  created_at: Date
}

/** Whether signing in to this account takes more than a password. Recovery codes only stand in for another factor. */
export async function hasSecondFactor(trx: Trx, accountId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.factor')
    .select('id')
    .where('account_id', '=', accountId)
    .where('confirmed_at', 'is not', null)
    .where('kind', '!=', 'recovery_code')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
