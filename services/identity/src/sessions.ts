import type { Me, SignIn } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { findAccountByEmail, getAccount } from './store/accounts.ts'
import type { Trx } from './store/schema.ts'
import { deleteSession, deleteSpentSessions, insertSession } from './store/sessions.ts'
import { listWorkspacesOf } from './store/workspaces.ts'
import { hashToken, newToken } from './tokens.ts'
import { toWorkspace } from './workspaces.ts'

/** A person and the token of their new session: the only time that it leaves this service. */
export interface SignedIn {
  readonly token: string
  readonly me: Me
}

const dayMs = 24 * 60 * 60 * 1_000

/** Says the same, and takes as long, for an unknown address as for a wrong password. */
export async function signIn(deps: Deps, given: SignIn, replaced: string | undefined): Promise<SignedIn> {
  const email = given.email.toLowerCase()
  const account = await deps.db.transaction((trx) => findAccountByEmail(trx, email))
  const matches = await deps.passwords.matches(given.password, account?.password_hash)
  if (!matches || account === undefined) throw problem('credentials_wrong')
  const token = await deps.db.transaction((trx) => openSession(deps, trx, { accountId: account.id, replaced }))
  return { token, me: await getMe(deps, account.id) }
}

/** Opens a session with a token of its own: one that was known before the sign-in is never raised to a signed-in one. */
export async function openSession(
  deps: Pick<Deps, 'clock' | 'ids' | 'config'>,
  trx: Trx,
  { accountId, replaced }: { accountId: string; replaced: string | undefined },
): Promise<string> {
  const token = newToken()
  const now = deps.clock.now()
  const replacedHash = replaced === undefined ? undefined : hashToken(replaced)
  await deleteSpentSessions(trx, { accountId, replacedHash, now, idleSince: idleLimit(deps) })
  await insertSession(trx, {
    id: deps.ids.next(),
    token_hash: hashToken(token),
    account_id: accountId,
    created_at: now,
    last_seen_at: now,
    expires_at: new Date(now.getTime() + deps.config.sessionDays * dayMs),
  })
  return token
}

export async function signOut({ db }: Pick<Deps, 'db'>, sessionId: string): Promise<void> {
  await db.transaction((trx) => deleteSession(trx, sessionId))
}

export async function getMe({ db }: Pick<Deps, 'db'>, userId: string): Promise<Me> {
  return db.transaction(
    async (trx) => {
      const account = await getAccount(trx, userId)
      const workspaces = await listWorkspacesOf(trx, userId)
      return {
        person: { id: account.id, email: account.email, name: account.name },
        workspaces: workspaces.map((row) => toWorkspace(row, row.role)),
      }
    },
    { userId },
  )
}

/** Sessions not seen since then have ended. */
export function idleLimit({ clock, config }: Pick<Deps, 'clock' | 'config'>): Date {
  return new Date(clock.now().getTime() - config.sessionIdleDays * dayMs)
}
