import { recordAudit } from '@fanfare/identity/contract'
import type { DkimKey, DkimPublication, NewDkimKey } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import {
  type DkimKeyRow,
  deleteDkimKeyRow,
  getDkimKey,
  insertDkimKey,
  listDkimKeyRows,
  lockDkimKeys,
  updateDkimKey,
} from '../store/dkim-keys.ts'
import { generateDkimPair } from './key-pair.ts'
import { checkPublication } from './publication.ts'
import { keyRecord, type PublishedKey } from './record.ts'

/** Each adds a signature to every message; two algorithms with an old and a new key each are the most a rotation needs. */
const mostActive = 4

export async function listDkimKeys({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<DkimKey[]> {
  const rows = await db.withTenant(tenantId, (trx) => listDkimKeyRows(trx, tenantId))
  return rows.map(presentDkimKey)
}

/** Makes a key that does not sign yet. Problem: `delivery.dkim_selector_taken`. */
export async function generateDkimKey(
  { db, keys, ids, clock, events }: Pick<Deps, 'db' | 'keys' | 'ids' | 'clock' | 'events'>,
  tenantId: string,
  { domain, algorithm, selector: chosen }: NewDkimKey,
): Promise<DkimKey> {
  const id = ids.next()
  const selector = chosen ?? `ff${id.slice(-8)}`
  const { privateKey, publicKey } = await generateDkimPair(algorithm)
  return db.withTenant(tenantId, async (trx) => {
    const row = await insertDkimKey(trx, {
      tenant_id: tenantId,
      id,
      domain,
      selector,
      algorithm,
      private_key: keys.seal(privateKey, privateKeyContext(tenantId, id)),
      public_key: publicKey,
      created_at: clock.now(),
      activated_at: null,
      retired_at: null,
    })
    if (row === undefined) throw problem('dkim_selector_taken', { detail: { domain, selector } })
    await auditKey(events, 'dkim_key.generated', row)
    return presentDkimKey(row)
  })
}

/** Asks DNS whether receivers can find the key. */
export async function checkDkimKey(
  { db, resolver }: Pick<Deps, 'db' | 'resolver'>,
  tenantId: string,
  id: string,
): Promise<DkimPublication> {
  const row = await db.withTenant(tenantId, (trx) => getDkimKey(trx, tenantId, id))
  return checkPublication(resolver, publishedKey(row))
}

/**
 * Lets a key sign, beside those of its domain that do already. Only once DNS has it: a signature whose key nobody finds
 * is worse than none. Problems: `delivery.dkim_not_published`, `delivery.dkim_too_many`.
 */
export async function activateDkimKey(
  deps: Pick<Deps, 'db' | 'resolver' | 'clock' | 'signers' | 'events'>,
  tenantId: string,
  id: string,
): Promise<DkimKey> {
  const { published, text } = await checkDkimKey(deps, tenantId, id)
  if (!published) throw problem('dkim_not_published', { detail: { found: text } })
  const key = await deps.db.withTenant(tenantId, async (trx) => {
    const { domain } = await getDkimKey(trx, tenantId, id)
    const active = (await lockDkimKeys(trx, tenantId, domain)).filter((key) => key.state === 'active')
    const already = active.find((key) => key.id === id)
    if (already) return presentDkimKey(already)
    if (active.length >= mostActive) throw problem('dkim_too_many', { detail: { domain, most: mostActive } })
    const change = { state: 'active', activated_at: deps.clock.now(), retired_at: null } as const
    const row = await updateDkimKey(trx, tenantId, id, change)
    await auditKey(deps.events, 'dkim_key.activated', row)
    return presentDkimKey(row)
  })
  deps.signers.forget(tenantId)
  return key
}

/**
 * Takes a key out of use. The last one of a domain goes only when it is said that its messages may leave unsigned.
 * Problems: `delivery.dkim_last_key`, `delivery.dkim_not_active`.
 */
export async function retireDkimKey(
  { db, clock, signers, events }: Pick<Deps, 'db' | 'clock' | 'signers' | 'events'>,
  tenantId: string,
  id: string,
  { leaveUnsigned }: { readonly leaveUnsigned: boolean },
): Promise<DkimKey> {
  const key = await db.withTenant(tenantId, async (trx) => {
    const { domain } = await getDkimKey(trx, tenantId, id)
    const all = await lockDkimKeys(trx, tenantId, domain)
    const row = all.find((key) => key.id === id)
    if (row?.state === 'retired') return presentDkimKey(row)
    if (row?.state !== 'active') throw problem('dkim_not_active', { detail: { id } })
    const others = all.filter((key) => key.id !== id && key.state === 'active')
    if (others.length === 0 && !leaveUnsigned) throw problem('dkim_last_key', { detail: { domain } })
    const retired = await updateDkimKey(trx, tenantId, id, { state: 'retired', retired_at: clock.now() })
    await auditKey(events, 'dkim_key.retired', retired)
    return presentDkimKey(retired)
  })
  signers.forget(tenantId)
  return key
}

/** Problem: `delivery.dkim_key_active`. */
export async function deleteDkimKey(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  id: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const { domain } = await getDkimKey(trx, tenantId, id)
    const row = (await lockDkimKeys(trx, tenantId, domain)).find((key) => key.id === id)
    if (row?.state === 'active') throw problem('dkim_key_active', { detail: { id } })
    await deleteDkimKeyRow(trx, tenantId, id)
    if (row) await auditKey(events, 'dkim_key.deleted', row)
  })
}

function auditKey(
  events: Deps['events'],
  action: `dkim_key.${string}`,
  { tenant_id: tenantId, id, domain, selector, algorithm }: DkimKeyRow,
): Promise<void> {
  const target = { kind: 'dkim_key', id, name: `${selector}._domainkey.${domain}` }
  return recordAudit(events, { tenantId, action, target, after: { domain, selector, algorithm } })
}

/** What a sealed private key is bound to: it opens in its own row only. */
export function privateKeyContext(tenantId: string, id: string): string {
  return `delivery.dkim_key.private_key:${tenantId}:${id}`
}

export function publishedKey(row: DkimKeyRow): PublishedKey {
  return { domain: row.domain, selector: row.selector, algorithm: row.algorithm, publicKey: row.public_key }
}

function presentDkimKey(row: DkimKeyRow): DkimKey {
  return {
    id: row.id,
    domain: row.domain,
    selector: row.selector,
    algorithm: row.algorithm,
    state: row.state,
    record: keyRecord(publishedKey(row)),
    createdAt: row.created_at.toISOString(),
    activatedAt: row.activated_at?.toISOString() ?? null,
    retiredAt: row.retired_at?.toISOString() ?? null,
  }
}
