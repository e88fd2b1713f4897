import type { Insertable } from 'kysely'
import type { Trx } from './schema.ts'
import type { OneTimeTables } from './tables/accounts.ts'

/** The one live token of its purpose and subject: a former one stops working. */
export async function putOneTimeToken(trx: Trx, token: Insertable<OneTimeTables['identity.one_time_token']>) {
  await trx
    .insertInto('identity.one_time_token')
    .values(token)
    .onConflict((conflict) => conflict.columns(['purpose', 'subject']).doUpdateSet(token))
    .execute()
}

interface Wanted {
  purpose: string
  hash: string
  now: Date
}

export function findOneTimeToken(trx: Trx, { purpose, hash, now }: Wanted) {
  return trx
    .selectFrom('identity.one_time_token as token')
    .leftJoin('identity.account as account', 'account.id', 'token.account_id')
    .select(['token.account_id', 'token.address', 'token.about', 'token.created_at'])
    .where('token.purpose', '=', purpose)
    .where('token.hash', '=', hash)
    .where('token.expires_at', '>', now)
    .where((eb) =>
      eb.or([eb('token.email_version', 'is', null), eb('token.email_version', '=', eb.ref('account.email_version'))]),
    )
    .executeTakeFirst()
}

/** Of any number of callers with the same token one gets the row: it can be deleted once. */
export function deleteOneTimeToken(trx: Trx, { purpose, hash, now }: Wanted) {
  return trx
    .deleteFrom('identity.one_time_token as token')
    .where('token.purpose', '=', purpose)
    .where('token.hash', '=', hash)
    .where('token.expires_at', '>', now)
    .where((eb) =>
      eb.or([
        eb('token.email_version', 'is', null),
        eb(
          'token.email_version',
          '=',
          eb
            .selectFrom('identity.account as account')
            .select('account.email_version')
            .whereRef('account.id', '=', 'token.account_id'),
        ),
      ]),
    )
    .returning(['token.account_id', 'token.address', 'token.about', 'token.created_at'])
    .executeTakeFirst()
}

export async function deleteExpiredOneTimeTokens(trx: Trx, now: Date): Promise<void> {
  await trx.deleteFrom('identity.one_time_token').where('expires_at', '<=', now).execute()
}

/** Those that were issued at a time or later. */
export async function deleteOneTimeTokensOf(
  trx: Trx,
  { purpose, accountId, since }: { purpose: string; accountId: string; since: Date },
): Promise<void> {
  await trx
    .deleteFrom('identity.one_time_token')
    .where('purpose', '=', purpose)
    .where('account_id', '=', accountId)
    .where('created_at', '>=', since)
    .execute()
}

export async function isOneTimeTokenNewer(
  trx: Trx,
  { purpose, subject, since }: { purpose: string; subject: string; since: Date },
): Promise<boolean> {
  const row = await trx
    .selectFrom('identity.one_time_token')
    .select('purpose')
    .where('purpose', '=', purpose)
    .where('subject', '=', subject)
    .where('created_at', '>', since)
    .executeTakeFirst()
  return row !== undefined
}
