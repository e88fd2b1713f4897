import type { Trx } from './schema.ts'

export async function putSetupToken(trx: Trx, tokenHash: string, now: Date): Promise<void> {
  await trx
    .insertInto('identity.setup')
    .values({ only_row: true, token_hash: tokenHash, created_at: now })
    .onConflict((conflict) => conflict.column('only_row').doUpdateSet({ token_hash: tokenHash, created_at: now }))
    .execute()
}

export async function isSetupToken(trx: Trx, tokenHash: string): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.setup')
    .select('only_row')
    .where('token_hash', '=', tokenHash)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Of any number of callers with the same token one gets true: the row can be deleted once. */
export async function consumeSetupToken(trx: Trx, tokenHash: string): Promise<boolean> {
  const row = await trx
    .deleteFrom('identity.setup')
    .where('token_hash', '=', tokenHash)
    .returning('only_row')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteSetupToken(trx: Trx): Promise<void> {
  await trx.deleteFrom('identity.setup').execute()
}
