import type { promises as dns } from 'node:dns'
import { isIP } from 'node:net'
import type { Keys } from '@fanfare/kernel'
import { z } from 'zod'
import type { DnsRecord } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { type Check, check } from '../senders/checks/check.ts'
import type { SenderRow } from '../store/senders.ts'
import { noteDomainProof } from '../store/tracking-domains.ts'

type Resolver = Pick<typeof dns, 'resolveTxt'>

const proofPath = '/.well-known/fanfare'
const proofPurpose = 'delivery.installation-proof'
const workspacePurpose = 'delivery.tracking-domain'
const Proof = z.object({ signature: z.string() })

/** Where the links of a sender's messages begin: its own domain once that is proven, else this installation's address. */
export function publicUrlOf(
  { http }: Pick<Deps, 'http'>,
  { trackingDomain }: { readonly trackingDomain: string },
): string {
  return trackingDomain === '' ? http.publicUrl : `https://${trackingDomain}`
}

/** The domain that a sender's links may use now; empty for none. */
export function provenDomainOf(sender: Pick<SenderRow, 'tracking_domain' | 'tracking_domain_proven_at'>): string {
  return sender.tracking_domain_proven_at === null ? '' : sender.tracking_domain
}

/** What only this installation can say to a nonce, so that whoever asks knows whom they have reached. */
export function signProof(keys: Pick<Keys, 'sign'>, nonce: string): string {
  return Buffer.from(keys.sign(proofPurpose, Buffer.from(nonce))).toString('base64url')
}

/**
 * The records that make a domain lead here and give it to one workspace. Without the second, any workspace could write
 * links with the domain of another.
 */
export function listDomainRecords(
  { keys, http }: Pick<Deps, 'keys' | 'http'>,
  tenantId: string,
  domain: string,
): z.output<typeof DnsRecord>[] {
  const host = new URL(http.publicUrl).hostname.replace(/^\[(.*)\]$/, '$1')
  const type = ({ 0: 'CNAME', 4: 'A', 6: 'AAAA' } as const)[isIP(host) as 0 | 4 | 6]
  return [
    { type, name: domain, value: host },
    { type: 'TXT', name: ownerName(domain), value: ownerValue(keys.sign(workspacePurpose, Buffer.from(tenantId))) },
  ]
}

/** Looks whether a sender's domain is this workspace's and leads here, and lets links use it accordingly. */
export async function checkTrackingDomain(
  deps: Pick<Deps, 'db' | 'keys' | 'http' | 'egress' | 'ids' | 'clock'>,
  resolver: Resolver,
  sender: SenderRow,
): Promise<Check> {
  const { tenant_id: tenantId, id: senderId, tracking_domain: domain } = sender
  if (domain === '') {
    const text = 'Links use this installation’s address; a domain of your own is better for your reputation'
    return check('tracking', 'skipped', text)
  }
  const ofOwner = await findOwnerFault(deps, resolver, tenantId, domain)
  const text = ofOwner ?? (await findRouteFault(deps, domain))
  const fault = text === undefined ? undefined : { text, ofOwner: ofOwner !== undefined }
  await deps.db.withTenant(tenantId, (trx) =>
    noteDomainProof(trx, { tenantId, senderId, domain }, fault === undefined ? deps.clock.now() : null),
  )
  if (fault === undefined) return check('tracking', 'pass', `${domain} leads here; links are written with it`)
  const record = listDomainRecords(deps, tenantId, domain).find(({ type }) => (type === 'TXT') === fault.ofOwner)
  return check('tracking', 'fail', `${fault.text}. Until then links use ${deps.http.publicUrl}`, record)
}

async function findOwnerFault(
  { keys, http }: Pick<Deps, 'keys' | 'http'>,
  resolver: Resolver,
  tenantId: string,
  domain: string,
): Promise<string | undefined> {
  const name = ownerName(domain)
  const records = await resolver.resolveTxt(name).catch((): string[][] => [])
  const found = records.map((chunks) => chunks.join('').trim())
  const accepted = keys.signatures(workspacePurpose, Buffer.from(tenantId)).map(ownerValue)
  if (accepted.some((value) => found.includes(value))) return undefined
  const record = listDomainRecords({ keys, http }, tenantId, domain).find(({ type }) => type === 'TXT')
  return `${name} does not name this workspace; publish a TXT record there with: ${record?.value}`
}

/** Through the one way out, which calls no private address whatever the name leads to. */
async function findRouteFault(
  { keys, http, egress, ids }: Pick<Deps, 'keys' | 'http' | 'egress' | 'ids'>,
  domain: string,
): Promise<string | undefined> {
  const nonce = ids.next()
  const target = new URL(http.publicUrl).hostname
  try {
    const reply = await egress.fetch(`https://${domain}${proofPath}?nonce=${nonce}`, {
      timeoutMs: 8_000,
      maxBytes: 2_000,
    })
    const proof = Proof.safeParse(await reply.json().catch(() => undefined))
    const signature = Buffer.from(proof.data?.signature ?? '', 'base64url')
    if (keys.verify(proofPurpose, Buffer.from(nonce), signature)) return undefined
    return `https://${domain} answers, but is not this installation; let it lead to ${target}`
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `https://${domain} cannot be reached; let it lead to ${target}, with a certificate of its own. ${reason}`
  }
}

function ownerName(domain: string): string {
  return `_fanfare.${domain}`
}

function ownerValue(signature: Uint8Array): string {
  return `fanfare-workspace=${Buffer.from(signature).toString('base64url')}`
}
