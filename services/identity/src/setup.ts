import { choosePassword } from './accounts/choose-password.ts'
import { normaliseEmail } from './contract/email.ts'
import type { Setup } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { type Client, openSession } from './sessions/open-session.ts'
import { getMe, type SignedIn } from './sessions/sign-in.ts'
import { hasAccount, insertAccount } from './store/accounts.ts'
import { consumeSetupToken, deleteSetupToken, isSetupToken, putSetupToken } from './store/setup.ts'
import { insertFirstMembership, insertMembership, insertWorkspace, listAllWorkspaces } from './store/workspaces.ts'
import { hashToken, newToken } from './tokens.ts'

/** The first run needs an owner; nobody has a default password. */
export async function isSetupNeeded({ db }: Pick<Deps, 'db'>): Promise<boolean> {
  return db.transaction(async (trx) => !(await hasAccount(trx)))
}

/** A new one-time token when there is no owner yet; the token of an earlier start stops working. */
export async function offerSetup({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<string | undefined> {
  const token = newToken()
  return db.transaction(async (trx) => {
    if (await hasAccount(trx)) return undefined
    await putSetupToken(trx, hashToken(token), clock.now())
    return token
  })
}

export async function completeSetup(deps: Deps, setup: Setup, client: Client): Promise<SignedIn> {
  const tokenHash = hashToken(setup.token)
  // Looked at first so that a wrong token costs no password hash.
  if (!(await deps.db.transaction((trx) => isSetupToken(trx, tokenHash)))) throw await refusal(deps)
  const personal = [setup.name, setup.email, setup.workspaceName]
  const owner = ownerOf(deps, setup, await choosePassword(deps, setup.password, personal))
  const opened = await deps.db.withTenant(owner.tenantId, async (trx) => {
    if (!(await consumeSetupToken(trx, tokenHash)) || (await hasAccount(trx))) return undefined
    await insertAccount(trx, { ...owner.account, is_operator: true })
    await insertWorkspace(trx, owner.workspace)
    await insertMembership(trx, owner.membership)
    return openSession(deps, trx, {
      accountId: owner.account.id,
      methods: ['setup_link'],
      client,
      replaced: undefined,
    })
  })
  if (!opened) throw await refusal(deps)
  await adoptWorkspaces(deps, owner)
  return { opened, me: await getMe(deps, owner.account.id) }
}

/** A workspace without members, for a command that comes before anybody has an account. */
export async function openWorkspace(deps: Pick<Deps, 'db' | 'clock' | 'ids'>, name: string): Promise<string> {
  if (!(await isSetupNeeded(deps))) throw problem('setup_done')
  const workspace = { tenant_id: deps.ids.next(), name, created_at: deps.clock.now() }
  await deps.db.withTenant(workspace.tenant_id, (trx) => insertWorkspace(trx, workspace))
  return workspace.tenant_id
}

/** Whatever workspaces were opened before there was an account belong to the first owner. */
async function adoptWorkspaces({ db }: Pick<Deps, 'db'>, { tenantId, membership }: Owner): Promise<void> {
  const others = await db.transaction((trx) => listAllWorkspaces(trx, undefined, 1_000))
  const adopted = others.filter(({ tenant_id }) => tenant_id !== tenantId)
  for (const { tenant_id } of adopted) {
    await db.withTenant(tenant_id, (trx) => insertFirstMembership(trx, { ...membership, tenant_id }))
  }
}

/** Makes a workspace with its owner without a link; for commands and tests. An account that is there keeps its password. */
export async function provision(
  deps: Deps,
  wanted: Omit<Setup, 'token'>,
): Promise<{ tenantId: string; userId: string }> {
  const owner = ownerOf(deps, wanted, await deps.passwords.hash(wanted.password))
  return deps.db.withTenant(owner.tenantId, async (trx) => {
    await deleteSetupToken(trx)
    const is_operator = !(await hasAccount(trx))
    const userId = await insertAccount(trx, { ...owner.account, is_operator })
    await insertWorkspace(trx, owner.workspace)
    await insertMembership(trx, { ...owner.membership, account_id: userId })
    return { tenantId: owner.tenantId, userId }
  })
}

async function refusal(deps: Pick<Deps, 'db'>) {
  return problem((await isSetupNeeded(deps)) ? 'setup_token_wrong' : 'setup_done')
}

type Owner = ReturnType<typeof ownerOf>

function ownerOf({ ids, clock }: Deps, wanted: Omit<Setup, 'token'>, passwordHash: string) {
  const tenantId = ids.next()
  const created_at = clock.now()
  const id = ids.next()
  return {
    tenantId,
    account: { id, email: normaliseEmail(wanted.email), name: wanted.name, password_hash: passwordHash, created_at },
    workspace: { tenant_id: tenantId, name: wanted.workspaceName, created_at },
    membership: { tenant_id: tenantId, account_id: id, role: 'owner' as const, created_at },
  }
}
