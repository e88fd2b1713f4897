import { createPrivateKey } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { withParents } from '../dns/names.ts'
import { type DkimKeyRow, listActiveDkimKeys } from '../store/dkim-keys.ts'
import { privateKeyContext } from './keys.ts'
import { createSigner, type Signer, type SigningKey, signMessage } from './signer.ts'

type Needed = Pick<Deps, 'db' | 'keys' | 'clock'>

/**
 * The signer for messages from a domain, or undefined when no key of its workspace is active. A domain without keys of its
 * own is signed for by the nearest one above it that has some, which DMARC takes as aligned. Made once for many messages.
 * Problem: `keys.unreadable`.
 */
export async function openSigner(deps: Needed, tenantId: string, fromDomain: string): Promise<Signer | undefined> {
  const domains = withParents(fromDomain.toLowerCase())
  const rows = await deps.db.withTenant(tenantId, (trx) => listActiveDkimKeys(trx, tenantId, domains))
  const nearest = domains.find((domain) => rows.some((row) => row.domain === domain))
  const [first, ...others] = rows.filter((row) => row.domain === nearest).map((row) => openKey(deps, row))
  return first === undefined ? undefined : createSigner(deps, [first, ...others])
}

function openKey({ keys }: Pick<Deps, 'keys'>, row: DkimKeyRow): SigningKey {
  const { domain, selector, algorithm } = row
  const privateKey = createPrivateKey(keys.open(row.private_key, privateKeyContext(row.tenant_id, row.id)))
  return { domain, selector, algorithm, privateKey }
}

export interface Signers {
  /** As `openSigner`, from memory when it was asked for less than half a minute ago. */
  signerFor(tenantId: string, fromDomain: string): Promise<Signer | undefined>
  /** One message with its signatures in front; as it is when no key of its domain is active. */
  sign(tenantId: string, fromDomain: string, message: Buffer): Promise<Buffer>
  /** The keys of a workspace have changed: in this process that counts from now on. */
  forget(tenantId: string): void
}

/** How long a change of keys may go unseen. Records of retired keys stay, so what is signed with them still verifies. */
const freshMs = 30_000
const mostKept = 1_000

/** The signers of this process. */
export function createSigners(deps: Needed): Signers {
  const kept = new Map<string, { until: number; signer: Promise<Signer | undefined> }>()
  const signers: Signers = {
    signerFor(tenantId, fromDomain) {
      const name = `${tenantId} ${fromDomain.toLowerCase()}`
      const now = deps.clock.now().getTime()
      const found = kept.get(name)
      if (found && now < found.until) return found.signer
      const signer = openSigner(deps, tenantId, fromDomain)
      signer.catch(() => kept.delete(name))
      kept.delete(name)
      kept.set(name, { until: now + freshMs, signer })
      const [oldest] = kept.keys()
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
      return signer
    },
    async sign(tenantId, fromDomain, message) {
      const signer = await signers.signerFor(tenantId, fromDomain)
      return signer === undefined ? message : signMessage(signer, message)
    },
    forget(tenantId) {
      for (const name of kept.keys()) if (name.startsWith(`${tenantId} `)) kept.delete(name)
    },
  }
  return signers
}
