import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Deps } from '../deps.ts'
import { refuseWhereSsoIsDemanded } from '../federation/demand.ts'
import { rememberDevice } from '../limits/known-devices.ts'
import { hasSecondFactor } from '../store/factors.ts'
import type { Trx } from '../store/schema.ts'
import { deleteSpentSessions, insertSession } from '../store/sessions.ts'
import { hashToken, newToken } from '../tokens.ts'
import { endsAt, idleLimit } from './limits.ts'
import { type AuthMethod, holdSecondFactor } from './methods.ts'
import { addRefreshToken } from './refresh-token.ts'

/** Where a sign-in comes from, as its request says. */
export interface Client {
  readonly address: string
  readonly userAgent: string
}

/** A browser keeps one token in a cookie; a program keeps a refresh token and shows an access token. */
export type Carrier = 'cookie' | 'bearer'

/**
 * A session that was opened or raised, with its new token: the only time that it leaves this service. Both
 * `sessionCookies(deps, opened)` and `tokensOf(deps, opened)` go into the reply; one of them is empty.
 */
export interface OpenedSession {
  readonly sessionId: string
  readonly accountId: string
  /** Whether it still owes its second factor: until then it may do nothing else. */
  readonly partial: boolean
  readonly version: number
  readonly carrier: Carrier
  /** What the cookie holds, or the refresh token. */
  readonly token: string
  /** By which the browser is known from now on; undefined for half a sign-in and for a program. */
  readonly device: string | undefined
}

export interface NewSession {
  readonly accountId: string
  /** What its person has shown so far. */
  readonly methods: readonly AuthMethod[]
  readonly client: Client
  /** The session token that the request came with, if any: it ends. */
  readonly replaced: string | undefined
  /** Default: a cookie. */
  readonly carrier?: Carrier
}

/** What is kept of the name that a browser gives itself. */
const maxUserAgentLength = 400

/**
 * Opens a session with a token of its own: one that was known before the sign-in is never raised to a signed-in one. It is
 * partial when the account has a second factor and the methods hold none.
 */
export async function openSession(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'config' | 'live'>,
  trx: Trx,
  { accountId, methods, client, replaced, carrier = 'cookie' }: NewSession,
): Promise<OpenedSession> {
  if (!methods.includes('oidc')) await refuseWhereSsoIsDemanded(deps, accountId)
  const now = deps.clock.now()
  const replacedHash = replaced === undefined ? undefined : hashToken(replaced)
  const spent = await deleteSpentSessions(trx, { accountId, replacedHash, now, idleSince: idleLimit(deps) })
  deps.live.endLines({ sessionIds: spent.map(({ id }) => id) })
  const partial = !holdSecondFactor(methods) && (await hasSecondFactor(trx, accountId))
  const actor = { kind: 'person', id: accountId } as const
  await recordAccountAudit(deps, trx, { accountId, actor, action: 'session.opened', after: { methods, partial } })
  const cookie = carrier === 'cookie' ? newToken() : undefined
  const sessionId = deps.ids.next()
  await insertSession(trx, {
    id: sessionId,
    token_hash: cookie === undefined ? null : hashToken(cookie),
    account_id: accountId,
    created_at: now,
    last_seen_at: now,
    expires_at: endsAt(deps, now),
    address: client.address,
    user_agent: client.userAgent.slice(0, maxUserAgentLength),
    methods: [...methods],
    partial,
    proven_at: partial ? null : now,
    revoked_at: null,
    version: 1,
  })
  const token = cookie ?? (await addRefreshToken(deps, trx, { sessionId, generation: 1 }))
  const device = cookie !== undefined && !partial ? await rememberDevice(deps, trx, accountId) : undefined
  return { sessionId, accountId, partial, version: 1, carrier, token, device }
}
