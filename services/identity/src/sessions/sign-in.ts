import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { Me, SignIn } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findAccountByEmail, getAccount } from '../store/accounts.ts'
import { revokeSession } from '../store/sessions.ts'
import { listWorkspacesOf } from '../store/workspaces.ts'
import { toWorkspace } from '../workspaces.ts'
import { type Client, type OpenedSession, openSession } from './open-session.ts'

/** A person and what they get for their browser. */
export interface SignedIn {
  readonly me: Me
  readonly opened: OpenedSession
}

/** Says the same, and takes as long, for an unknown address as for a wrong password. */
export async function signIn(
  deps: Deps,
  given: SignIn,
  from: { client: Client; replaced: string | undefined },
): Promise<SignedIn> {
  const email = given.email.toLowerCase()
  const account = await deps.db.transaction((trx) => findAccountByEmail(trx, email))
  const matches = await deps.passwords.matches(given.password, account?.password_hash)
  if (!matches || account === undefined) {
    // For an unknown address too, so that it takes as long; the address itself may be a password typed into the wrong field.
    const refused = { accountId: account?.id, action: 'session.refused', after: { method: 'password' } } as const
    await deps.db.transaction((trx) => recordAccountAudit(deps, trx, refused))
    throw problem('credentials_wrong')
  }
  const opened = await deps.db.transaction((trx) =>
    openSession(deps, trx, { ...from, accountId: account.id, methods: ['password'] }),
  )
  return { opened, me: await getMe(deps, account.id) }
}

export async function signOut(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await revokeSession(trx, sessionId, deps.clock.now())
    await recordAccountAudit(deps, trx, { accountId: userId, action: 'session.closed' })
  })
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
