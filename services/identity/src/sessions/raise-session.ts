import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Trx } from '../store/schema.ts'
import { raiseLiveSession } from '../store/sessions.ts'
import { hashToken, newToken } from '../tokens.ts'
import { type AuthMethod, holdSecondFactor } from './methods.ts'
import type { OpenedSession } from './open-session.ts'

/**
 * Takes a new proof of who the person is into their session: a second factor makes a partial session whole, and any method
 * makes the proof recent again. Its tokens change, so what was known of the session before it was worth anything is worth
 * nothing after. Problem `identity.session_missing` when it has ended meanwhile.
 */
export async function raiseSession(
  { clock }: Pick<Deps, 'clock'>,
  trx: Trx,
  { sessionId, method }: { sessionId: string; method: AuthMethod },
): Promise<OpenedSession> {
  const token = newToken()
  const raised = await raiseLiveSession(trx, sessionId, {
    tokenHash: hashToken(token),
    method,
    isWhole: holdSecondFactor([method]),
    now: clock.now(),
  })
  if (raised === undefined) throw problem('session_missing', { detail: { sessionId } })
  return { sessionId, partial: raised.partial, token }
}
