import { sql } from 'kysely'
import type { Trx } from './schema.ts'
import type { AppearanceRow, DomainPurpose, DomainRow, WhiteLabelTables } from './tables/white-label.ts'

const appearanceColumns = [
  'tenant_id',
  'product_name',
  'accent',
  'accent_dark',
  'logo',
  'logo_dark',
  'icon',
  'sender_name',
  'sender_address',
  'updated_at',
] as const
const domainColumns = [
  'tenant_id',
  'purpose',
  'domain',
  'nonce',
  'created_at',
  'checked_at',
  'proven_at',
  'lost_since',
  'leads_here',
] as const

export function findAppearance(trx: Trx, tenantId: string): Promise<AppearanceRow | undefined> {
  return trx
    .selectFrom('identity.appearance')
    .select(appearanceColumns)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
}

export async function putAppearance(trx: Trx, row: AppearanceRow): Promise<void> {
  const { tenant_id, ...values } = row
  await trx
    .insertInto('identity.appearance')
    .values(row)
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(values))
    .execute()
}

export async function insertPicture(trx: Trx, picture: WhiteLabelTables['identity.picture']): Promise<void> {
  await trx.insertInto('identity.picture').values(picture).execute()
}

export function countPictures(trx: Trx, tenantId: string, keys: readonly string[]) {
  return trx
    .selectFrom('identity.picture')
    .select(['key', 'kind'])
    .where('tenant_id', '=', tenantId)
    .where('key', 'in', [...keys])
    .execute()
}

/** Leaves of a workspace's pictures those named and the newest others: an undo finds what was replaced a moment ago. */
export async function deleteOldPictures(
  trx: Trx,
  { tenantId, used, kept }: { tenantId: string; used: readonly string[]; kept: number },
): Promise<void> {
  await sql`
    delete from identity.picture where tenant_id = ${tenantId} and key in (
      select key from identity.picture where tenant_id = ${tenantId} and key <> all (${used}::text[])
      order by created_at desc, key offset ${kept}
    )
  `.execute(trx)
}

/** By its key alone, whichever workspace's it is (policy `by_key`). Runs without a tenant. */
export async function findPicture(trx: Trx, key: string): Promise<Buffer | undefined> {
  await sql`select set_config('app.identity_picture', ${key}, true)`.execute(trx)
  const row = await trx.selectFrom('identity.picture').select('bytes').where('key', '=', key).executeTakeFirst()
  await sql`select set_config('app.identity_picture', '', true)`.execute(trx)
  return row && Buffer.from(row.bytes)
}

export function listDomains(trx: Trx, tenantId: string): Promise<DomainRow[]> {
  return trx.selectFrom('identity.domain').select(domainColumns).where('tenant_id', '=', tenantId).execute()
}

/** A claim of its own for each domain: the same one named again keeps its proof, another begins anew. */
export async function putDomain(
  trx: Trx,
  claim: Pick<DomainRow, 'tenant_id' | 'purpose' | 'domain' | 'nonce' | 'created_at'>,
): Promise<void> {
  const { domain, nonce, created_at } = claim
  const fresh = { domain, nonce, created_at, checked_at: null, proven_at: null, lost_since: null, leads_here: false }
  await trx
    .insertInto('identity.domain')
    .values({ ...claim, ...fresh })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'purpose']).doUpdateSet(fresh).where('identity.domain.domain', '<>', domain),
    )
    .execute()
}

/** Writes what a check found; false when the claim was replaced while it ran. */
export async function noteDomainCheck(
  trx: Trx,
  { tenant_id, purpose, nonce }: Pick<DomainRow, 'tenant_id' | 'purpose' | 'nonce'>,
  found: Partial<Pick<DomainRow, 'checked_at' | 'proven_at' | 'lost_since' | 'leads_here'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('identity.domain')
    .set(found)
    .where('tenant_id', '=', tenant_id)
    .where('purpose', '=', purpose)
    .where('nonce', '=', nonce)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The domain that is given up, if there was one. */
export async function deleteDomain(trx: Trx, tenantId: string, purpose: DomainPurpose): Promise<string | undefined> {
  const gone = await trx
    .deleteFrom('identity.domain')
    .where('tenant_id', '=', tenantId)
    .where('purpose', '=', purpose)
    .returning('domain')
    .executeTakeFirst()
  return gone?.domain
}

/** The proven domains of all workspaces (policy `proven`). Runs without a tenant. */
export async function listProvenDomains(trx: Trx) {
  await sql`select set_config('app.identity_domains', 'on', true)`.execute(trx)
  const rows = await trx
    .selectFrom('identity.domain')
    .select(['tenant_id', 'purpose', 'domain', 'nonce'])
    .where('proven_at', 'is not', null)
    .execute()
  await sql`select set_config('app.identity_domains', '', true)`.execute(trx)
  return rows
}
