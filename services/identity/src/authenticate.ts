import type { Authenticator, Caller, PersonCaller } from '@fanfare/kernel'
import { verifyAccessToken } from './access-tokens/access-token.ts'
import { authenticateKey } from './api-keys/authenticate-key.ts'
import { permissionsOf } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { sessionCookie } from './sessions/cookies.ts'
import { isCsrfTokenOf } from './sessions/csrf.ts'
import { idleLimit } from './sessions/limits.ts'
import { hasSecondFactor } from './store/factors.ts'
import type { Row } from './store/schema.ts'
import { findLiveSession, findLiveSessionById, touchSession } from './store/sessions.ts'
import { listWorkspacesOf } from './store/workspaces.ts'
import { hashToken } from './tokens.ts'
import { workspaceTerms } from './workspaces/terms.ts'

/** Last use is told to the minute; a busy credential does not become a busy row. */
const touchEveryMs = 60_000

type AuthDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'keys' | 'signingKeys'>

/** Who calls. Read from the database each time, so that a sign-out or a deleted key counts from the next request on. */
export function createAuthenticator(deps: AuthDeps): Authenticator {
  return async ({ bearer, cookies, workspace, address, csrf, unsafe }) => {
    if (bearer !== undefined) {
      return isAccessToken(bearer)
        ? chooseWorkspace(deps, await findPersonByAccessToken(deps, bearer), workspace)
        : authenticateKey(deps, { key: bearer, workspace, address })
    }
    const token = cookies[sessionCookie]
    const person = token === undefined ? undefined : await findPerson(deps, token)
    if (token === undefined || person === undefined) return { kind: 'anonymous' }
    if (unsafe && !isCsrfTokenOf(deps.keys, token, csrf ?? '')) throw problem('csrf_wrong')
    return chooseWorkspace(deps, person, workspace)
  }
}

async function findPerson(deps: AuthDeps, token: string): Promise<PersonCaller | undefined> {
  const now = deps.clock.now()
  const session = await deps.db.transaction(async (trx) => {
    const found = await findLiveSession(trx, hashToken(token), now, idleLimit(deps))
    if (found && isStale(found.last_seen_at, now)) await touchSession(trx, found.id, now)
    return found
  })
  return session && personOf(session)
}

/** Signed by us, and its session stands: what the token says is compared with the row at each use, so an end counts at once. */
async function findPersonByAccessToken(deps: AuthDeps, token: string): Promise<PersonCaller> {
  const claims = await verifyAccessToken(deps, token)
  if (claims === undefined) throw problem('token_wrong')
  const now = deps.clock.now()
  const session = await deps.db.transaction(async (trx) => {
    const found = await findLiveSessionById(trx, claims, { now, idleSince: idleLimit(deps) })
    if (found && isStale(found.last_seen_at, now)) await touchSession(trx, found.id, now)
    return found
  })
  if (session === undefined) throw problem('token_wrong')
  return personOf(session)
}

/** Of the two bearers only a signed token is three parts with dots between. */
function isAccessToken(bearer: string): boolean {
  return bearer.includes('.')
}

function personOf(session: Pick<Row<'identity.session'>, 'id' | 'account_id' | 'partial' | 'proven_at'>): PersonCaller {
  const { id: sessionId, account_id: userId, partial, proven_at } = session
  return { kind: 'person', userId, sessionId, partial, provenAt: proven_at ?? undefined }
}

/** The workspace that was asked for, or the only one there is. */
async function chooseWorkspace(
  { db, config }: AuthDeps,
  person: PersonCaller,
  wanted: string | undefined,
): Promise<Caller> {
  // Half a sign-in opens no workspace: the route decides whether it opens anything.
  if (person.partial) return person
  const { userId } = person
  const [workspaces, hasFactor] = await db.transaction(
    async (trx) => {
      const rows = await listWorkspacesOf(trx, userId)
      return [rows, !rows.some(needsFactor) || (await hasSecondFactor(trx, userId))] as const
    },
    { userId },
  )
  const [first, second] = workspaces
  const chosen =
    wanted === undefined
      ? second === undefined && first
      : workspaces.find(({ tenant_id }) => tenant_id === wanted.toLowerCase())
  if (wanted !== undefined && !chosen) throw missing(wanted)
  if (!chosen) return person
  const { tenant_id: tenantId, role } = chosen
  const permissions = permissionsOf(role)
  const terms = workspaceTerms(config, chosen)
  const caller = { ...person, kind: 'workspace', tenantId, role, permissions, keyId: undefined, ...terms } as const
  return hasFactor || !needsFactor(chosen) ? caller : { ...caller, barred: problem('second_factor_needed') }
}

function needsFactor({ needs_second_factor }: { needs_second_factor: boolean }): boolean {
  return needs_second_factor
}

function missing(workspace: string) {
  return problem('workspace_missing', { detail: { workspace: workspace.slice(0, 100) } })
}

function isStale(last: Date | null, now: Date): boolean {
  return last === null || now.getTime() - last.getTime() >= touchEveryMs
}
