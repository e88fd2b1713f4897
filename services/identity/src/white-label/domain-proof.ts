import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { CustomDomain } from '../contract/appearance.ts'
import type { DomainRow } from '../store/tables/white-label.ts'

/** How long a record may be missing before the proof ends: a slip in a zone is noticed and mended in that time. */
export const lostForMs = 3 * 24 * 60 * 60 * 1_000

type Claim = Pick<DomainRow, 'tenant_id' | 'purpose' | 'domain' | 'nonce'>

/** The text to publish: good for one workspace, one domain, one purpose and one claim, and tells none of them. */
export function proofText({ tenant_id, purpose, domain, nonce }: Claim): string {
  const digest = createHash('sha256').update([tenant_id, purpose, domain, nonce].join('\n')).digest('base64url')
  return `fanfare-domain=${digest}`
}

export function proofName(domain: string): string {
  return `_fanfare-domain.${domain}`
}

/** @param texts TXT records of `proofName` */
export function isProof(claim: Claim, texts: readonly string[]): boolean {
  return texts.some((text) => text.trim() === proofText(claim))
}

export function domainOfAddress(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

export function toCustomDomain(row: DomainRow, publicUrl: string): CustomDomain {
  const { domain, purpose, proven_at, lost_since, leads_here, checked_at } = row
  const host = new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1')
  const type = ({ 0: 'CNAME', 4: 'A', 6: 'AAAA' } as const)[isIP(host) as 0 | 4 | 6]
  const proof = { type: 'TXT', name: proofName(domain), value: proofText(row) }
  return {
    domain,
    state: proven_at === null ? 'unproven' : lost_since !== null ? 'lost' : leads_here ? 'in_use' : 'proven',
    checkedAt: checked_at?.toISOString() ?? null,
    records: purpose === 'site' ? [proof, { type, name: domain, value: host }] : [proof],
  }
}
