import { isUniqueViolation } from '@fanfare/kernel'
import { recordAudit, type SsoDomain } from '../contract.ts'
import { problem } from '../errors.ts'
import * as store from '../store/sso.ts'
import type { DomainRow } from '../store/tables/workspaces.ts'
import { newToken } from '../tokens.ts'
import type { FederationDeps } from './deps.ts'

const challengeDays = 7
const dayMs = 24 * 60 * 60 * 1_000
/** What one workspace may ask for. */
const mostDomains = 50

type Needed = Pick<FederationDeps, 'db' | 'keys' | 'clock' | 'ids' | 'events' | 'findTextRecords'>

export async function listSsoDomains(deps: Pick<Needed, 'db' | 'keys'>, tenantId: string): Promise<SsoDomain[]> {
  const rows = await deps.db.withTenant(tenantId, (trx) => store.listDomains(trx, tenantId))
  return rows.map((row) => presentDomain(deps, row))
}

/** Asks for the proof of a domain; asking again gives a new record to publish. Problems: `identity.sso_domain_limit`. */
export async function addSsoDomain(deps: Needed, tenantId: string, domain: string): Promise<SsoDomain> {
  const row = await deps.db.withTenant(tenantId, async (trx) => {
    const standing = await store.listDomains(trx, tenantId)
    const known = standing.find((other) => other.domain === domain)
    if (known?.verified_at) return known
    if (known === undefined && standing.length >= mostDomains) {
      throw problem('sso_domain_limit', { detail: { most: mostDomains } })
    }
    const wanted = {
      tenant_id: tenantId,
      id: deps.ids.next(),
      domain,
      challenge: newToken(),
      challenged_at: deps.clock.now(),
      verified_at: null,
    }
    const made = await store.putDomain(trx, wanted)
    if (made !== undefined) await leaveEntry(deps, 'sso_domain.added', made)
    return made
  })
  return presentDomain(deps, row ?? (await getRow(deps, tenantId, domain)))
}

async function getRow(deps: Pick<Needed, 'db'>, tenantId: string, domain: string): Promise<DomainRow> {
  const rows = await deps.db.withTenant(tenantId, (trx) => store.listDomains(trx, tenantId))
  const row = rows.find((other) => other.domain === domain)
  if (row === undefined) throw missing(domain)
  return row
}

/**
 * Looks for the record and marks the domain as proven. The look-up takes its time outside of any transaction; a domain that was
 * deleted or asked for anew meanwhile is not marked.
 * Problems: `identity.sso_domain_missing`, `identity.sso_domain_unproven`, `identity.sso_domain_taken`.
 */
export async function verifySsoDomain(deps: Needed, tenantId: string, domainId: string): Promise<SsoDomain> {
  const row = await deps.db.withTenant(tenantId, (trx) => store.findDomain(trx, tenantId, domainId))
  if (row === undefined) throw missing(domainId)
  if (row.verified_at !== null) return presentDomain(deps, row)
  await demandRecord(deps, row)
  const now = deps.clock.now()
  const proven = await deps.db
    .withTenant(tenantId, async (trx) => {
      const marked = await store.markVerified(trx, row, now)
      if (marked !== undefined) await leaveEntry(deps, 'sso_domain.verified', marked)
      return marked
    })
    .catch((error: unknown) => {
      throw isUniqueViolation(error) ? problem('sso_domain_taken', { detail: { domain: row.domain } }) : error
    })
  if (proven === undefined) throw problem('sso_domain_changed', { detail: { domain: row.domain } })
  return presentDomain(deps, proven)
}

async function demandRecord({ findTextRecords, keys, clock }: Needed, row: DomainRow): Promise<void> {
  const unproven = (reason: string, cause?: unknown) =>
    problem('sso_domain_unproven', { detail: { domain: row.domain, reason }, cause })
  if (clock.now() >= validUntil(row)) throw unproven('its record is too old; add the domain again for a new one')
  const name = recordName(row)
  const records = await findTextRecords(name).catch((error: NodeJS.ErrnoException) => {
    throw unproven(`${name} could not be looked up (${error.code ?? error.message}); try again in a while`, error)
  })
  if (records.length === 0) throw unproven(`${name} has no TXT record yet; it may take a while after you publish it`)
  if (!records.includes(recordValue({ keys }, row))) throw unproven(`${name} has another TXT record`)
}

/** Members keep their accounts; from now on the single sign-on speaks for nobody of the domain. */
export async function deleteSsoDomain(
  deps: Pick<Needed, 'db' | 'events'>,
  tenantId: string,
  domainId: string,
): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    const gone = await store.deleteDomain(trx, tenantId, domainId)
    if (gone === undefined) throw missing(domainId)
    await leaveEntry(deps, 'sso_domain.deleted', gone)
  })
}

async function leaveEntry(
  { events }: Pick<Needed, 'events'>,
  action: 'sso_domain.added' | 'sso_domain.verified' | 'sso_domain.deleted',
  { tenant_id: tenantId, id, domain }: DomainRow,
): Promise<void> {
  await recordAudit(events, { tenantId, action, target: { kind: 'sso_domain', id, name: domain } })
}

function missing(domainId: string) {
  return problem('sso_domain_missing', { detail: { domainId } })
}

function presentDomain(deps: Pick<Needed, 'keys'>, row: DomainRow): SsoDomain {
  return {
    id: row.id,
    domain: row.domain,
    verifiedAt: row.verified_at?.toISOString() ?? null,
    record:
      row.verified_at === null
        ? { name: recordName(row), value: recordValue(deps, row), validUntil: validUntil(row).toISOString() }
        : null,
  }
}

function recordName({ domain }: DomainRow): string {
  return `_fanfare-challenge.${domain}`
}

/** Bound to the domain, the workspace, a random number and the time it was asked for: no other request's record fits. */
function recordValue({ keys }: Pick<Needed, 'keys'>, row: DomainRow): string {
  const bound = [row.domain, row.tenant_id, row.challenge, row.challenged_at.toISOString()].join('\n')
  const signature = keys.sign('identity.sso-domain', Buffer.from(bound))
  return `fanfare-domain-verification=${Buffer.from(signature).toString('base64url')}`
}

function validUntil({ challenged_at }: DomainRow): Date {
  return new Date(challenged_at.getTime() + challengeDays * dayMs)
}
