import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findRefreshToken, spendRefreshToken } from '../store/refresh-tokens.ts'
import type { Trx } from '../store/schema.ts'
import { seeLiveSession } from '../store/sessions.ts'
import { hashToken } from '../tokens.ts'
import { idleLimit } from './limits.ts'
import type { Client, OpenedSession } from './open-session.ts'
import { addRefreshToken } from './refresh-token.ts'
import { endSession } from './revoke-sessions.ts'

type RefreshDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'live'>

/** One program that asks twice at once is no thief; what comes later, or from elsewhere, is. */
const doubleAskMs = 10_000

/**
 * Spends a refresh token for the next one. Of any number at once one wins, and what it gets is good. A token that was spent
 * before is a stolen one or its theft's victim, and nobody can tell which: the whole session ends. Only the losers of a race,
 * the same client within ten seconds and with the child unspent, are merely refused; they get nothing either.
 *
 * Problem `identity.refresh_token_wrong`.
 */
export async function refreshSession(deps: RefreshDeps, token: string, client: Client): Promise<OpenedSession> {
  const opened = await deps.db.transaction((trx) => spend(deps, trx, token, client))
  if (opened === undefined) throw problem('refresh_token_wrong')
  return opened
}

async function spend(deps: RefreshDeps, trx: Trx, token: string, client: Client): Promise<OpenedSession | undefined> {
  const now = deps.clock.now()
  const tokenHash = hashToken(token)
  const spent = await spendRefreshToken(trx, tokenHash, { now, by: nameOf(client) })
  if (spent === undefined) {
    await endStolen(deps, trx, tokenHash, client)
    return undefined
  }
  const { session_id: sessionId, generation } = spent
  // Waits for whoever is ending the session at the same time, and then finds it ended.
  const session = await seeLiveSession(trx, sessionId, { now, idleSince: idleLimit(deps) })
  if (session === undefined) return undefined
  const child = await addRefreshToken(deps, trx, { sessionId, generation: generation + 1 })
  const { account_id: accountId, partial, version } = session
  return { sessionId, accountId, partial, version, carrier: 'bearer', token: child, device: undefined }
}

async function endStolen(deps: RefreshDeps, trx: Trx, tokenHash: string, client: Client): Promise<void> {
  const found = await findRefreshToken(trx, tokenHash)
  if (!found?.spent_at) return
  const now = deps.clock.now()
  const isDoubleAsk =
    found.child_spent_at === null &&
    found.spent_by === nameOf(client) &&
    now.getTime() - found.spent_at.getTime() <= doubleAskMs
  if (!isDoubleAsk) await endSession(deps, trx, { sessionId: found.session_id })
}

/** Any refresh token that a session has had ends it; one that is not known ends nothing (RFC 7009 §2.2). */
export async function endSessionOf(deps: RefreshDeps, token: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const found = await findRefreshToken(trx, hashToken(token))
    if (found) await endSession(deps, trx, { sessionId: found.session_id })
  })
}

function nameOf({ address, userAgent }: Client): string {
  return `${address} ${userAgent}`.slice(0, 500)
}
