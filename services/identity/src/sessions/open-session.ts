import type { Deps } from '../deps.ts'
import { refuseWhereSsoIsDemanded } from '../federation/demand.ts'
import { hasSecondFactor } from '../store/factors.ts'
import type { Trx } from '../store/schema.ts'
import { deleteSpentSessions, insertSession } from '../store/sessions.ts'
import { hashToken, newToken } from '../tokens.ts'
import { idleLimit } from './limits.ts'
import { type AuthMethod, holdSecondFactor } from './methods.ts'

/** Where a sign-in comes from, as its request says. */
export interface Client {
  readonly address: string
  readonly userAgent: string
}

/** A session that was opened or raised, with its new token: the only time that it leaves this service. */
export interface OpenedSession {
  readonly sessionId: string
  /** Whether it still owes its second factor: until then it may do nothing else. */
  readonly partial: boolean
  /** For the browser; put it into the reply with `sessionCookies`. */
  readonly token: string
}

interface NewSession {
  readonly accountId: string
  /** What its person has shown so far. */
  readonly methods: readonly AuthMethod[]
  readonly client: Client
  /** The session token that the request came with, if any: it ends. */
  readonly replaced: string | undefined
}

const dayMs = 24 * 60 * 60 * 1_000
/** What is kept of the name that a browser gives itself. */
const maxUserAgentLength = 400

/**
 * Opens a session with a token of its own: one that was known before the sign-in is never raised to a signed-in one. It is
 * partial when the account has a second factor and the methods hold none.
 */
export async function openSession(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'config'>,
  trx: Trx,
  { accountId, methods, client, replaced }: NewSession,
): Promise<OpenedSession> {
  if (!methods.includes('oidc')) await refuseWhereSsoIsDemanded(deps, accountId)
  const now = deps.clock.now()
  const replacedHash = replaced === undefined ? undefined : hashToken(replaced)
  await deleteSpentSessions(trx, { accountId, replacedHash, now, idleSince: idleLimit(deps) })
  const partial = !holdSecondFactor(methods) && (await hasSecondFactor(trx, accountId))
  const token = newToken()
  const sessionId = deps.ids.next()
  await insertSession(trx, {
    id: sessionId,
    token_hash: hashToken(token),
    account_id: accountId,
    created_at: now,
    last_seen_at: now,
    expires_at: new Date(now.getTime() + deps.config.sessionDays * dayMs),
    address: client.address,
    user_agent: client.userAgent.slice(0, maxUserAgentLength),
    methods: [...methods],
    partial,
    proven_at: partial ? null : now,
    revoked_at: null,
    version: 1,
  })
  return { sessionId, partial, token }
}
