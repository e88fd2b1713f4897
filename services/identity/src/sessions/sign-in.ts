import { refreshPasswordHash } from '../accounts/change-password.ts'
import { toPerson } from '../accounts/person.ts'
import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Me, SignIn } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { guardAttempt } from '../limits/guard-attempt.ts'
import { findAccountByEmail, getAccount, keepPasswordHash } from '../store/accounts.ts'
import { hasSecondFactor } from '../store/factors.ts'
import { listWorkspacesOf } from '../store/workspaces.ts'
import { toWorkspace } from '../workspaces/standing.ts'
import { type NewSession, type OpenedSession, openSession } from './open-session.ts'
import { endSession } from './revoke-sessions.ts'

/** A person and what they get for their browser. */
export interface SignedIn {
  readonly me: Me
  readonly opened: OpenedSession
}

/** Where a sign-in comes from, and how its session is to be carried. */
export interface SignInFrom extends Pick<NewSession, 'client' | 'replaced' | 'carrier'> {
  /** The token of the cookie `fanfare_device`, if the browser has one. */
  readonly device?: string | undefined
}

/** Slower with each failure. Says the same, and takes as long, for an unknown address as for a wrong password. */
export function signIn(deps: Deps, given: SignIn, from: SignInFrom): Promise<SignedIn> {
  const { client, device } = from
  const attempt = { kind: 'password', account: given.email, address: client.address, device } as const
  return guardAttempt(deps, attempt, () => trySignIn(deps, given, from))
}

async function trySignIn(deps: Deps, given: SignIn, from: SignInFrom): Promise<SignedIn> {
  const account = await deps.db.transaction((trx) => findAccountByEmail(trx, given.email))
  const matches = await deps.passwords.matches(given.password, account?.password_hash)
  if (!matches || account === undefined) {
    // For an unknown address too, so that it takes as long; the address itself may be a password typed into the wrong field.
    const refused = { accountId: account?.id, action: 'session.refused', after: { method: 'password' } } as const
    await deps.db.transaction((trx) => recordAccountAudit(deps, trx, refused))
    throw problem('credentials_wrong')
  }
  const hash = await refreshPasswordHash(deps, account, given.password)
  const opened = await deps.db.transaction(async (trx) => {
    // A reset that came while this password was compared has ended all sessions: the old one opens no further.
    if (!(await keepPasswordHash(trx, account.id, hash))) throw problem('credentials_wrong')
    return openSession(deps, trx, { ...from, accountId: account.id, methods: ['password'] })
  })
  const me = await getMe(deps, account.id)
  return { opened, me: opened.partial ? untold(me) : me }
}

/** Half a sign-in learns nothing that it did not say itself. */
function untold(me: Me): Me {
  return { ...me, person: { ...me.person, name: '' }, workspaces: [], factorNeededIn: [] }
}

export async function signOut(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'live'>,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await endSession(deps, trx, { sessionId })
    await recordAccountAudit(deps, trx, { accountId: userId, action: 'session.closed' })
  })
}

export async function getMe({ db }: Pick<Deps, 'db'>, userId: string): Promise<Me> {
  return db.transaction(
    async (trx) => {
      const account = await getAccount(trx, userId)
      const workspaces = await listWorkspacesOf(trx, userId)
      const strict = workspaces.filter((row) => row.needs_second_factor)
      const needy = strict.length > 0 && !(await hasSecondFactor(trx, userId)) ? strict : []
      return {
        person: toPerson(account),
        workspaces: workspaces.map((row) => toWorkspace(row, row.role)),
        factorNeededIn: needy.map(({ tenant_id }) => tenant_id),
      }
    },
    { userId },
  )
}
