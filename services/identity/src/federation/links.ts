import { recordAccountAudit } from '../audit/record-account-audit.ts'
import type { ExternalAccount, ExternalAccounts } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { getAccount, lockAccount } from '../store/accounts.ts'
import * as external from '../store/external-accounts.ts'
import { findSsoOfDomain } from '../store/sso.ts'
import type { ExternalAccountRow } from '../store/tables/accounts.ts'
import { domainOf } from './demand.ts'
import { enabledProviders } from './parties.ts'
import { type ProviderId, providers } from './providers.ts'

/** What the person has linked, and what they may link besides. */
export async function listLinks(
  { db, config }: Pick<Deps, 'db' | 'config'>,
  accountId: string,
): Promise<ExternalAccounts> {
  return db.transaction(async (trx) => {
    const rows = await external.listExternalAccounts(trx, accountId)
    const { email } = await getAccount(trx, accountId)
    const taken = new Set(rows.map(({ provider }) => provider))
    const owner = await findSsoOfDomain(trx, domainOf(email))
    return {
      rows: rows.map(presentLink),
      linkable: enabledProviders(config).filter(({ id }) => !taken.has(id)),
      sso: owner !== undefined && !taken.has(`sso:${owner.tenantId}`) ? domainOf(email) : null,
    }
  })
}

/** Problems: `identity.external_account_missing`, `identity.last_way_in`. */
export async function unlink(deps: Pick<Deps, 'db' | 'clock' | 'ids'>, accountId: string, id: string): Promise<void> {
  await deps.db.transaction(async (trx) => {
    // Two unlinks at once follow one another, so that the second sees that it is about the last.
    const account = await lockAccount(trx, accountId)
    const gone = await external.deleteExternalAccount(trx, accountId, id)
    if (gone === undefined) throw problem('external_account_missing', { detail: { externalAccountId: id } })
    const before = { provider: gone.provider, email: gone.email }
    await recordAccountAudit(deps, trx, { accountId, action: 'external_account.unlinked', before })
    const left = await external.listExternalAccounts(trx, accountId)
    const hasOther = account?.password_hash != null || left.length > 0 || (await external.hasPasskey(trx, accountId))
    if (!hasOther) throw problem('last_way_in')
  })
}

function presentLink(row: ExternalAccountRow): ExternalAccount {
  const isSso = row.provider.startsWith('sso:')
  return {
    id: row.id,
    provider: isSso ? 'sso' : (row.provider as ProviderId),
    providerName: isSso ? new URL(row.issuer).hostname : providers[row.provider as ProviderId].name,
    email: row.email,
    name: row.name,
    pictureUrl: row.picture_url,
    linkedAt: row.linked_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
  }
}
