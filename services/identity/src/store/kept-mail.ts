import type { Trx } from './schema.ts'
import type { KeptMailTables } from './tables/accounts.ts'

/** Keeps a mail and lets go of all but the newest ones. */
export async function keepMail(trx: Trx, mail: KeptMailTables['identity.kept_mail'], atMost: number): Promise<void> {
  await trx.insertInto('identity.kept_mail').values(mail).execute()
  const newest = trx.selectFrom('identity.kept_mail').select('id').orderBy('id', 'desc').limit(atMost)
  await trx.deleteFrom('identity.kept_mail').where('id', 'not in', newest).execute()
}

export function listKeptMails(trx: Trx, since: Date) {
  return trx
    .selectFrom('identity.kept_mail')
    .selectAll()
    .where('created_at', '>', since)
    .orderBy('id', 'desc')
    .execute()
}

export async function deleteKeptMails(trx: Trx, before: Date): Promise<void> {
  await trx.deleteFrom('identity.kept_mail').where('created_at', '<=', before).execute()
}
