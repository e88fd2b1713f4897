import type { Row, Trx } from './schema.ts'

export async function insertSession(trx: Trx, session: Row<'identity.session'>): Promise<void> {
  await trx.insertInto('identity.session').values(session).execute()
}

export function findLiveSession(trx: Trx, tokenHash: string, now: Date, idleSince: Date) {
  return trx
    .selectFrom('identity.session')
    .select(['id', 'account_id', 'last_seen_at'])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', idleSince)
    .executeTakeFirst()
}

export async function touchSession(trx: Trx, id: string, now: Date): Promise<void> {
  await trx.updateTable('identity.session').set({ last_seen_at: now }).where('id', '=', id).execute()
}

export async function deleteSession(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('identity.session').where('id', '=', id).execute()
}

/** Sessions of one account that can no longer be used, and the one that is being replaced. */
export async function deleteSpentSessions(
  trx: Trx,
  spent: { accountId: string; replacedHash: string | undefined; now: Date; idleSince: Date },
): Promise<void> {
  await trx
    .deleteFrom('identity.session')
    .where((eb) =>
      eb.or([
        eb('token_hash', '=', spent.replacedHash ?? ''),
        eb.and([
          eb('account_id', '=', spent.accountId),
          eb.or([eb('expires_at', '<=', spent.now), eb('last_seen_at', '<=', spent.idleSince)]),
        ]),
      ]),
    )
    .execute()
}
