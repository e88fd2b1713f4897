import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { rememberDevice } from '../limits/known-devices.ts'
import { endRefreshTokens } from '../store/refresh-tokens.ts'
import type { Trx } from '../store/schema.ts'
import { raiseLiveSession } from '../store/sessions.ts'
import { hashToken, newToken } from '../tokens.ts'
import { type AuthMethod, holdSecondFactor } from './methods.ts'
import type { OpenedSession } from './open-session.ts'
import { addRefreshToken } from './refresh-token.ts'

/**
 * Takes a new proof of who the person is into their session: a second factor makes a partial session whole, and any method
 * makes the proof recent again. Its tokens change, so what was known of the session before it was worth anything is worth
 * nothing after. Problem `identity.session_missing` when it has ended meanwhile.
 */
export async function raiseSession(
  deps: Pick<Deps, 'clock' | 'config'>,
  trx: Trx,
  { sessionId, method }: { sessionId: string; method: AuthMethod },
): Promise<OpenedSession> {
  const now = deps.clock.now()
  const cookie = newToken()
  const isWhole = holdSecondFactor([method])
  const raised = await raiseLiveSession(trx, sessionId, { tokenHash: hashToken(cookie), method, isWhole, now })
  if (raised === undefined) throw problem('session_missing', { detail: { sessionId } })
  const { account_id: accountId, partial, version } = raised
  const known = { sessionId, accountId, partial, version }
  if (raised.token_hash !== null) {
    const device = isWhole && !partial ? await rememberDevice(deps, trx, accountId) : undefined
    return { ...known, carrier: 'cookie', token: cookie, device }
  }
  const generation = (await endRefreshTokens(trx, sessionId, now)) + 1
  const token = await addRefreshToken(deps, trx, { sessionId, generation })
  return { ...known, carrier: 'bearer', token, device: undefined }
}
