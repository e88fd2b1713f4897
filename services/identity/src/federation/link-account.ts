import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { getAccount } from '../store/accounts.ts'
import { domainOf } from './demand.ts'
import { demandProven } from './enter.ts'
import { link } from './find-account.ts'
import { keyOf, type PartyRef } from './parties.ts'
import type { ExternalProfile } from './profiles.ts'

type Needed = Pick<Deps, 'db' | 'clock' | 'ids' | 'mail' | 'http'>

/**
 * Links what the provider said to the account that asked for it while signed in. A vendor's account may have any address; the
 * single sign-on of a workspace links only the very address of the account, in one of its own domains, since it can open it.
 * Problems: `identity.federation_taken`, `identity.federation_domain`, `identity.federation_unverified`.
 */
export async function linkToAccount(
  deps: Needed,
  ref: PartyRef,
  { accountId, profile }: { accountId: string; profile: ExternalProfile },
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    if (ref.kind === 'sso')
      await demandOwnAddress(deps, ref.tenantId, (await getAccount(trx, accountId)).email, profile)
    if (!(await link(deps, trx, { provider: keyOf(ref), profile }, accountId))) throw problem('federation_taken')
  })
}

async function demandOwnAddress(
  { db }: Pick<Deps, 'db'>,
  tenantId: string,
  own: string,
  { email, emailVerified }: ExternalProfile,
): Promise<void> {
  if (!emailVerified) throw problem('federation_unverified')
  if (email !== own) throw problem('federation_domain', { detail: { domain: domainOf(email ?? '') } })
  await db.withTenant(tenantId, (trx) => demandProven(trx, tenantId, own))
}
