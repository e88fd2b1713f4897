import type { Row, Trx } from './schema.ts'

/** New codes in the place of all former ones. */
export async function replaceRecoveryCodes(
  trx: Trx,
  accountId: string,
  codes: Row<'identity.recovery_code'>[],
): Promise<void> {
  await deleteRecoveryCodes(trx, accountId)
  await trx.insertInto('identity.recovery_code').values(codes).execute()
}

export async function deleteRecoveryCodes(trx: Trx, accountId: string): Promise<void> {
  await trx.deleteFrom('identity.recovery_code').where('account_id', '=', accountId).execute()
}

export async function countRecoveryCodes(trx: Trx, accountId: string): Promise<number> {
  const row = await trx
    .selectFrom('identity.recovery_code')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** All codes of one person were made at once and share a salt. */
export async function findRecoverySalt(trx: Trx, accountId: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('identity.recovery_code')
    .select('salt')
    .where('account_id', '=', accountId)
    .limit(1)
    .executeTakeFirst()
  return row?.salt
}

/** Of any number of callers with the same code one gets true: the row can be deleted once. */
export async function consumeRecoveryCode(trx: Trx, accountId: string, hash: string): Promise<boolean> {
  const row = await trx
    .deleteFrom('identity.recovery_code')
    .where('account_id', '=', accountId)
    .where('hash', '=', hash)
    .returning('hash')
    .executeTakeFirst()
  return row !== undefined
}
