import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Trx } from '../store/schema.ts'
import { revokeSession, revokeSessionsOf } from '../store/sessions.ts'

type RevokeDeps = Pick<Deps, 'clock' | 'live'>

/**
 * Ends all sessions of an account but one, with their tokens, on every process from its next request on; pages that are open
 * are told at once. For a change of password, address or factors, a reset, a deletion. Returns how many it ended.
 */
export async function revokeSessions(
  { clock, live }: RevokeDeps,
  trx: Trx,
  { accountId, except }: { accountId: string; except?: string | undefined },
): Promise<number> {
  const ended = await revokeSessionsOf(trx, { accountId, except, now: clock.now() })
  live.endLines({ sessionIds: ended.map(({ id }) => id) })
  return ended.length
}

/** Ends one session, and says whether it was there to be ended. Of one account, when it is named. */
export async function endSession(
  { clock, live }: RevokeDeps,
  trx: Trx,
  { sessionId, accountId }: { sessionId: string; accountId?: string },
): Promise<boolean> {
  const isEnded = await revokeSession(trx, sessionId, clock.now(), accountId)
  if (isEnded) live.endLines({ sessionIds: [sessionId] })
  return isEnded
}

/** Ends one of a person's own sessions. Problem `identity.session_missing`, also for another's. */
export async function endOwnSession(
  deps: RevokeDeps & Pick<Deps, 'db'>,
  own: { sessionId: string; accountId: string },
): Promise<void> {
  const isEnded = await deps.db.transaction((trx) => endSession(deps, trx, own))
  if (!isEnded) throw problem('session_missing', { detail: { sessionId: own.sessionId } })
}
