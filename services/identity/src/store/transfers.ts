import type { Row, Trx } from './schema.ts'

/** A new offer takes the place of the one before. */
export async function putTransfer(trx: Trx, transfer: Row<'identity.transfer'>): Promise<void> {
  await trx
    .insertInto('identity.transfer')
    .values(transfer)
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(transfer))
    .execute()
}

export function findTransfer(trx: Trx, tenantId: string, now: Date) {
  return trx
    .selectFrom('identity.transfer')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses the offer up. Of any number at once one gets it; nobody but the one it was made to ever does. */
export function consumeTransfer(trx: Trx, tenantId: string, toAccountId: string, now: Date) {
  return trx
    .deleteFrom('identity.transfer')
    .where('tenant_id', '=', tenantId)
    .where('to_account_id', '=', toAccountId)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
}

/** Either of the two may end it. */
export async function deleteTransfer(trx: Trx, tenantId: string, accountId: string): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('identity.transfer')
    .where('tenant_id', '=', tenantId)
    .where((eb) => eb.or([eb('from_account_id', '=', accountId), eb('to_account_id', '=', accountId)]))
    .executeTakeFirst()
  return deleted.numDeletedRows === 1n
}
