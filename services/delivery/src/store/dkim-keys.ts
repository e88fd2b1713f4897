import type { Trx } from '@fanfare/kernel'
import type { Insertable, Selectable, Updateable } from 'kysely'
import { problem } from '../errors.ts'
import type { DkimKeyTable } from './tables/dkim-key.ts'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export type DkimKeyRow = Selectable<DkimKeyTable>

/** Newest last in each domain. */
export async function listDkimKeyRows(trx: T, tenantId: string): Promise<DkimKeyRow[]> {
  return trx
    .selectFrom('delivery.dkim_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('domain')
    .orderBy('id')
    .execute()
}

/** Undefined when the domain has a key of that selector. */
export async function insertDkimKey(trx: T, key: Insertable<DkimKeyTable>): Promise<DkimKeyRow | undefined> {
  return trx
    .insertInto('delivery.dkim_key')
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** Problem: `delivery.dkim_key_missing`. */
export async function getDkimKey(trx: T, tenantId: string, id: string): Promise<DkimKeyRow> {
  const key = await trx
    .selectFrom('delivery.dkim_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (key === undefined) throw problem('dkim_key_missing', { detail: { id } })
  return key
}

/**
 * The keys of one domain, locked in one order until the transaction ends: of two that retire a domain's last two keys at
 * the same time, the second sees what the first did.
 */
export async function lockDkimKeys(trx: T, tenantId: string, domain: string): Promise<DkimKeyRow[]> {
  return trx
    .selectFrom('delivery.dkim_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('domain', '=', domain)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** The keys that sign for any of these domains. */
export async function listActiveDkimKeys(trx: T, tenantId: string, domains: readonly string[]): Promise<DkimKeyRow[]> {
  return trx
    .selectFrom('delivery.dkim_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('domain', 'in', domains)
    .where('state', '=', 'active')
    .orderBy('id')
    .execute()
}

export async function updateDkimKey(
  trx: T,
  tenantId: string,
  id: string,
  change: Updateable<DkimKeyTable>,
): Promise<DkimKeyRow> {
  return trx
    .updateTable('delivery.dkim_key')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deleteDkimKeyRow(trx: T, tenantId: string, id: string): Promise<void> {
  await trx.deleteFrom('delivery.dkim_key').where('tenant_id', '=', tenantId).where('id', '=', id).execute()
}
