import { isUniqueViolation } from '@fanfare/kernel'
import { recordAudit } from '../contract/audit.ts'
import { problem } from '../errors.ts'
import type { Trx } from '../store/schema.ts'
import type { DomainPurpose, DomainRow } from '../store/tables/white-label.ts'
import { deleteDomain, listDomains, listProvenDomains, noteDomainCheck, putDomain } from '../store/white-label.ts'
import { newPublicKey } from '../tokens.ts'
import type { WhiteLabelDeps } from './deps.ts'
import { isProof, lostForMs, proofName } from './domain-proof.ts'

export const sitePath = '/.well-known/fanfare-site'
const sitePurpose = 'identity.site-proof'

/** Begins to claim a domain; it does nothing until DNS says that it is the workspace's. */
export async function claimDomain(
  { clock }: Pick<WhiteLabelDeps, 'clock'>,
  trx: Trx,
  claim: { tenantId: string; purpose: DomainPurpose; domain: string },
): Promise<void> {
  const { tenantId: tenant_id, purpose, domain } = claim
  await putDomain(trx, { tenant_id, purpose, domain, nonce: newPublicKey(), created_at: clock.now() })
}

export async function setSiteDomain(
  deps: Pick<WhiteLabelDeps, 'db' | 'clock' | 'events' | 'http' | 'hosts' | 'brands'>,
  tenantId: string,
  domain: string,
): Promise<void> {
  if (domain === new URL(deps.http.publicUrl).hostname) throw problem('domain_taken', { detail: { domain } })
  await deps.db.withTenant(tenantId, async (trx) => {
    await claimDomain(deps, trx, { tenantId, purpose: 'site', domain })
    await leaveEntry(deps, 'site_domain.claimed', { tenant_id: tenantId, domain })
  })
  await settle(deps, tenantId)
}

export async function removeSiteDomain(
  deps: Pick<WhiteLabelDeps, 'db' | 'events' | 'hosts' | 'brands'>,
  tenantId: string,
): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    const domain = await deleteDomain(trx, tenantId, 'site')
    if (domain !== undefined) await leaveEntry(deps, 'site_domain.given_up', { tenant_id: tenantId, domain })
  })
  await settle(deps, tenantId)
}

/**
 * Looks in DNS whether a domain is the workspace's and, for a site, whether it leads here. Problems: `domain_missing`,
 * `domain_unproven`, `domain_taken`, `domain_unknown` when DNS does not answer.
 */
export async function checkDomain(deps: WhiteLabelDeps, tenantId: string, purpose: DomainPurpose): Promise<void> {
  const rows = await deps.db.withTenant(tenantId, (trx) => listDomains(trx, tenantId))
  const row = rows.find((one) => one.purpose === purpose)
  if (row === undefined) throw problem('domain_missing')
  const { domain } = row
  const published = await findProof(deps, row)
  if (published === 'unknown') throw problem('domain_unknown', { detail: { domain } })
  await note(deps, row, published ? proven(deps, row) : lost(deps, row))
  await settle(deps, tenantId)
  if (!published) throw problem('domain_unproven', { detail: { domain, name: proofName(domain) } })
  // Asked once the domain counts, since this may be the process that answers.
  if (purpose === 'site') await note(deps, row, { leads_here: await leadsHere(deps, domain) })
  await settle(deps, tenantId)
}

/** Looks again at every proven domain: one whose record was taken away belongs to somebody else before long. */
export async function recheckDomains(deps: WhiteLabelDeps): Promise<void> {
  for (const { tenant_id, purpose, domain } of await deps.db.transaction(listProvenDomains)) {
    await checkDomain(deps, tenant_id, purpose).catch((error: unknown) => {
      deps.log.warn({ err: error, domain }, 'a domain of a workspace did not pass its check')
    })
  }
}

/** What only this installation can say to a nonce. */
export function signSite({ keys }: Pick<WhiteLabelDeps, 'keys'>, nonce: string): string {
  return Buffer.from(keys.sign(sitePurpose, Buffer.from(nonce))).toString('base64url')
}

async function settle({ hosts, brands }: Pick<WhiteLabelDeps, 'hosts' | 'brands'>, tenantId: string): Promise<void> {
  brands.forget(tenantId)
  await hosts.refresh()
}

type Finding = Parameters<typeof noteDomainCheck>[2]

function proven({ clock }: Pick<WhiteLabelDeps, 'clock'>, { proven_at }: DomainRow): Finding {
  const now = clock.now()
  return { checked_at: now, proven_at: proven_at ?? now, lost_since: null }
}

function lost({ clock }: Pick<WhiteLabelDeps, 'clock'>, { proven_at, lost_since }: DomainRow): Finding {
  const now = clock.now()
  if (proven_at === null) return { checked_at: now }
  const since = lost_since ?? now
  const isOver = now.getTime() - since.getTime() >= lostForMs
  return { checked_at: now, lost_since: since, ...(isOver ? { proven_at: null, leads_here: false } : {}) }
}

async function note(
  { db, events }: Pick<WhiteLabelDeps, 'db' | 'events'>,
  row: DomainRow,
  finding: Finding,
): Promise<void> {
  const isTold = finding.proven_at !== undefined && (finding.proven_at === null) !== (row.proven_at === null)
  await db
    .withTenant(row.tenant_id, async (trx) => {
      const noted = await noteDomainCheck(trx, row, finding)
      if (noted && isTold)
        await leaveEntry({ events }, `${row.purpose}_domain.${finding.proven_at ? 'proven' : 'lost'}`, row)
    })
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error
      throw problem('domain_taken', { detail: { domain: row.domain } })
    })
}

async function leaveEntry(
  { events }: Pick<WhiteLabelDeps, 'events'>,
  action: `${DomainPurpose}_domain.${'claimed' | 'given_up' | 'proven' | 'lost'}`,
  { tenant_id: tenantId, domain }: Pick<DomainRow, 'tenant_id' | 'domain'>,
): Promise<void> {
  await recordAudit(events, { tenantId, action, target: { kind: 'domain', id: domain, name: domain } })
}

/** That a record is not there is an answer; that nobody answers says nothing of it. */
async function findProof({ findTextRecords }: Pick<WhiteLabelDeps, 'findTextRecords'>, row: DomainRow) {
  try {
    return isProof(row, await findTextRecords(proofName(row.domain)))
  } catch {
    return 'unknown'
  }
}

/** Through the one way out, which calls no private address whatever the name leads to. */
async function leadsHere({ egress, keys, ids }: WhiteLabelDeps, domain: string): Promise<boolean> {
  const nonce = ids.next()
  try {
    const reply = await egress.fetch(`https://${domain}${sitePath}?nonce=${nonce}`, {
      timeoutMs: 8_000,
      maxBytes: 2_000,
    })
    const said = (await reply.json()) as { signature?: unknown }
    const signature = Buffer.from(String(said.signature), 'base64url')
    return keys.verify(sitePurpose, Buffer.from(nonce), signature)
  } catch {
    return false
  }
}
