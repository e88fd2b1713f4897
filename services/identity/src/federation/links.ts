import type { ExternalAccount, ExternalAccounts } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { getAccount } from '../store/accounts.ts'
import * as external from '../store/external-accounts.ts'
import type { Trx } from '../store/schema.ts'
import { findConnection, findDomainOwner } from '../store/sso.ts'
import { domainOf } from './demand.ts'
import { enabledProviders } from './parties.ts'
import { type ProviderId, providers } from './providers.ts'

type Needed = Pick<Deps, 'db' | 'config'>

/** What the person has linked, and what they may link besides. */
export async function listLinks({ db, config }: Needed, accountId: string): Promise<ExternalAccounts> {
  return db.transaction(async (trx) => {
    const rows = await external.listExternalAccounts(trx, accountId)
    const { email } = await getAccount(trx, accountId)
    const taken = new Set(rows.map(({ provider }) => provider))
    const owner = await findSso({ db }, trx, domainOf(email))
    return {
      rows: rows.map(presentLink),
      linkable: enabledProviders(config).filter(({ id }) => !taken.has(id)),
      sso: owner !== undefined && !taken.has(`sso:${owner.tenantId}`) ? domainOf(email) : null,
    }
  })
}

/** The workspace whose single sign-on a domain leads to. */
export async function findSso({ db }: Pick<Deps, 'db'>, trx: Trx, domain: string) {
  const tenantId = await findDomainOwner(trx, domain)
  if (tenantId === undefined) return undefined
  const connection = await db.withTenant(tenantId, (tenant) => findConnection(tenant, tenantId))
  return connection && { tenantId, required: connection.required }
}

/** Problems: `identity.external_account_missing`, `identity.last_way_in`. */
export async function unlink({ db }: Pick<Deps, 'db'>, accountId: string, id: string): Promise<void> {
  await db.transaction(async (trx) => {
    // Two unlinks at once follow one another, so that the second sees that it is about the last.
    const account = await external.lockAccount(trx, accountId)
    if (!(await external.deleteExternalAccount(trx, accountId, id))) {
      throw problem('external_account_missing', { detail: { externalAccountId: id } })
    }
    const left = await external.listExternalAccounts(trx, accountId)
    const hasOther = account?.password_hash != null || left.length > 0 || (await external.hasPasskey(trx, accountId))
    if (!hasOther) throw problem('last_way_in')
  })
}

function presentLink(row: external.ExternalAccountRow): ExternalAccount {
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
