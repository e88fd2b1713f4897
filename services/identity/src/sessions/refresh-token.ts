import type { Deps } from '../deps.ts'
import { insertRefreshToken } from '../store/refresh-tokens.ts'
import type { Trx } from '../store/schema.ts'
import { hashToken, newToken } from '../tokens.ts'
import { refreshEndsAt } from './limits.ts'

/** A refresh token of a session: 256 random bits behind a fixed start, by which a leaked one is found. */
export async function addRefreshToken(
  deps: Pick<Deps, 'clock' | 'config'>,
  trx: Trx,
  { sessionId, generation }: { sessionId: string; generation: number },
): Promise<string> {
  const token = `ffr_${newToken()}`
  const now = deps.clock.now()
  await insertRefreshToken(trx, {
    token_hash: hashToken(token),
    session_id: sessionId,
    generation,
    created_at: now,
    expires_at: refreshEndsAt(deps, now),
    spent_at: null,
    spent_by: null,
  })
  return token
}
