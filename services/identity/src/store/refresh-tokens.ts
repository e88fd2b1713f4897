import type { Row, Trx } from './schema.ts'

export async function insertRefreshToken(trx: Trx, token: Row<'identity.refresh_token'>): Promise<void> {
  await trx.insertInto('identity.refresh_token').values(token).execute()
}

/** Of any number of callers with the same token one gets the row: it can be spent once. */
export function spendRefreshToken(trx: Trx, tokenHash: string, spent: { now: Date; by: string }) {
  return trx
    .updateTable('identity.refresh_token')
    .set({ spent_at: spent.now, spent_by: spent.by })
    .where('token_hash', '=', tokenHash)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', spent.now)
    .returning(['session_id', 'generation'])
    .executeTakeFirst()
}

/** A token with what became of its child, for one that could not be spent. */
export function findRefreshToken(trx: Trx, tokenHash: string) {
  return trx
    .selectFrom('identity.refresh_token as t')
    .leftJoin('identity.refresh_token as child', (join) =>
      join
        .onRef('child.session_id', '=', 't.session_id')
        .on((eb) => eb('child.generation', '=', eb('t.generation', '+', 1))),
    )
    .select(['t.session_id', 't.spent_at', 't.spent_by', 'child.spent_at as child_spent_at'])
    .where('t.token_hash', '=', tokenHash)
    .executeTakeFirst()
}

/** The unspent ones of a session end; returns the last generation. */
export async function endRefreshTokens(trx: Trx, sessionId: string, now: Date): Promise<number> {
  await trx
    .updateTable('identity.refresh_token')
    .set({ spent_at: now, spent_by: '' })
    .where('session_id', '=', sessionId)
    .where('spent_at', 'is', null)
    .execute()
  const { last } = await trx
    .selectFrom('identity.refresh_token')
    .select((eb) => eb.fn.max('generation').as('last'))
    .where('session_id', '=', sessionId)
    .executeTakeFirstOrThrow()
  return Number(last)
}
