import type { Row, Trx } from './schema.ts'
import type { ChallengePurpose } from './tables/factors.ts'

/** Keeps a challenge, and drops those that nobody has answered in time. */
export async function putChallenge(trx: Trx, row: Row<'identity.passkey_challenge'>, now: Date): Promise<void> {
  await trx.deleteFrom('identity.passkey_challenge').where('expires_at', '<=', now).execute()
  await trx.insertInto('identity.passkey_challenge').values(row).execute()
}

/** Of any number of answers to the same challenge one gets true; the answer must come to the session that was asked, for what it was asked. */
export async function consumeChallenge(
  trx: Trx,
  challenge: string,
  { purpose, sessionId, now }: { purpose: ChallengePurpose; sessionId: string | undefined; now: Date },
): Promise<boolean> {
  const row = await trx
    .deleteFrom('identity.passkey_challenge')
    .where('challenge', '=', challenge)
    .where('purpose', '=', purpose)
    .where('session_id', 'is not distinct from', sessionId ?? null)
    .where('expires_at', '>', now)
    .returning('challenge')
    .executeTakeFirst()
  return row !== undefined
}
