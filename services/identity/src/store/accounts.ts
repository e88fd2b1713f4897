import type { Insertable } from 'kysely'
import type { Schema, Trx } from './schema.ts'

export type NewAccount = Insertable<Schema['identity.account']>

export async function hasAccount(trx: Trx): Promise<boolean> {
  const row = await trx.selectFrom('identity.account').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}

export function findAccountByEmail(trx: Trx, email: string) {
  return trx.selectFrom('identity.account').selectAll().where('email', '=', email).executeTakeFirst()
}

export function getAccount(trx: Trx, id: string) {
  return trx.selectFrom('identity.account').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** The account of an address: this one, or the one that was there first. The unique address decides. */
export async function insertAccount(trx: Trx, account: NewAccount): Promise<string> {
  const row = await trx
    .insertInto('identity.account')
    .values(account)
    .onConflict((conflict) => conflict.column('email').doUpdateSet((eb) => ({ email: eb.ref('excluded.email') })))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}
