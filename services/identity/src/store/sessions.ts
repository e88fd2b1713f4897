import { sql } from 'kysely'
import type { AuthMethod } from '../sessions/methods.ts'
import type { Row, Trx } from './schema.ts'

export async function insertSession(trx: Trx, session: Row<'identity.session'>): Promise<void> {
  await trx.insertInto('identity.session').values(session).execute()
}

export function findLiveSession(trx: Trx, tokenHash: string, now: Date, idleSince: Date) {
  return trx
    .selectFrom('identity.session')
    .select(['id', 'account_id', 'last_seen_at', 'partial', 'proven_at'])
    .where('token_hash', '=', tokenHash)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', idleSince)
    .executeTakeFirst()
}

interface Life {
  now: Date
  idleSince: Date
}

/** By the id and person that a signed token names. */
export function findLiveSessionById(
  trx: Trx,
  { accountId, sessionId, version }: { accountId: string; sessionId: string; version: number },
  { now, idleSince }: Life,
) {
  return trx
    .selectFrom('identity.session')
    .select(['id', 'account_id', 'last_seen_at', 'partial', 'proven_at'])
    .where('id', '=', sessionId)
    .where('account_id', '=', accountId)
    .where('version', '=', version)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', idleSince)
    .executeTakeFirst()
}

/** Marks a session as seen now, and holds it against being ended until the transaction is over. */
export function seeLiveSession(trx: Trx, id: string, { now, idleSince }: Life) {
  return trx
    .updateTable('identity.session')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', idleSince)
    .returning(['account_id', 'partial', 'version'])
    .executeTakeFirst()
}

export async function touchSession(trx: Trx, id: string, now: Date): Promise<void> {
  await trx.updateTable('identity.session').set({ last_seen_at: now }).where('id', '=', id).execute()
}

interface Raise {
  tokenHash: string
  method: AuthMethod
  isWhole: boolean
  now: Date
}

/** A partial session has proven nothing until it is whole. */
export function raiseLiveSession(trx: Trx, id: string, { tokenHash, method, isWhole, now }: Raise) {
  return trx
    .updateTable('identity.session')
    .set({
      token_hash: sql`case when token_hash is null then null else ${tokenHash} end`,
      methods: sql`array(select distinct unnest(array_append(methods, ${method}::text)) order by 1)`,
      partial: sql`partial and not ${isWhole}::boolean`,
      proven_at: sql`case when partial and not ${isWhole}::boolean then null else ${now}::timestamptz end`,
      version: sql`version + 1`,
    })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(['partial', 'version', 'account_id', 'token_hash'])
    .executeTakeFirst()
}

/** Whether it was there to be ended: of this account, when one is named. */
export async function revokeSession(trx: Trx, id: string, now: Date, accountId?: string): Promise<boolean> {
  const row = await trx
    .updateTable('identity.session')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId as string))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The sessions of a person that still stand, the last seen first. */
export function listLiveSessions(trx: Trx, accountId: string, { now, idleSince }: Life) {
  return trx
    .selectFrom('identity.session')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', idleSince)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(200)
    .execute()
}

export function revokeSessionsOf(
  trx: Trx,
  { accountId, except, now }: { accountId: string; except: string | undefined; now: Date },
) {
  return trx
    .updateTable('identity.session')
    .set({ revoked_at: now })
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .$if(except !== undefined, (query) => query.where('id', '!=', except as string))
    .returning('id')
    .execute()
}

/** Sessions of one account that can no longer be used, and the one that is being replaced. */
export function deleteSpentSessions(
  trx: Trx,
  spent: { accountId: string; replacedHash: string | undefined; now: Date; idleSince: Date },
) {
  return trx
    .deleteFrom('identity.session')
    .where((eb) =>
      eb.or([
        eb('token_hash', '=', spent.replacedHash ?? ''),
        eb.and([
          eb('account_id', '=', spent.accountId),
          eb.or([
            eb('revoked_at', 'is not', null),
            eb('expires_at', '<=', spent.now),
            eb('last_seen_at', '<=', spent.idleSince),
          ]),
        ]),
      ]),
    )
    .returning('id')
    .execute()
}
