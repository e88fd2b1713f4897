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

/** Undefined when the address has an account already. */
export async function insertNewAccount(trx: Trx, account: NewAccount): Promise<string | undefined> {
  const row = await trx
    .insertInto('identity.account')
    .values(account)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

export function findAccount(trx: Trx, id: string) {
  return trx.selectFrom('identity.account').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function renameAccount(trx: Trx, id: string, name: string): Promise<void> {
  await trx.updateTable('identity.account').set({ name }).where('id', '=', id).execute()
}

export async function setPasswordHash(trx: Trx, id: string, hash: string | null): Promise<void> {
  await trx.updateTable('identity.account').set({ password_hash: hash }).where('id', '=', id).execute()
}

/** False when the hash is another one by now: of two changes at once the second does not undo the first. */
export async function replacePasswordHash(trx: Trx, id: string, hashes: { from: string; to: string }) {
  const row = await trx
    .updateTable('identity.account')
    .set({ password_hash: hashes.to })
    .where('id', '=', id)
    .where('password_hash', '=', hashes.from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function markEmailVerified(trx: Trx, id: string, now: Date): Promise<void> {
  await trx
    .updateTable('identity.account')
    .set({ email_verified_at: now })
    .where('id', '=', id)
    .where('email_verified_at', 'is', null)
    .execute()
}

/** Gives the account a proven address; links that were sent to a former one end. The unique address decides a race. */
export async function setEmail(trx: Trx, id: string, email: string, now: Date): Promise<void> {
  await trx
    .updateTable('identity.account')
    .set((eb) => ({ email, email_verified_at: now, email_version: eb('email_version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

export async function deleteAccountRow(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('identity.account').where('id', '=', id).execute()
}

/** The account as it stands, kept so until the transaction ends. */
export function lockAccount(trx: Trx, id: string) {
  return trx.selectFrom('identity.account').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Whether the account still has this hash, which then stays so until the transaction ends. */
export async function keepPasswordHash(trx: Trx, id: string, hash: string | null): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.account')
    .select('password_hash')
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst()
  return row !== undefined && hash !== null && row.password_hash === hash
}
