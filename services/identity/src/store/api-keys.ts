import { sql } from 'kysely'
import type { Trx } from './schema.ts'
import type { ApiKeyTable } from './tables/workspaces.ts'

/** A key with who made it, as far as they are still known. */
export type ShownKey = ApiKeyTable & {
  creator_name: string | null
  creator_email: string | null
  creator_is_member: boolean
}

export async function insertApiKey(trx: Trx, key: ApiKeyTable): Promise<void> {
  await trx.insertInto('identity.api_key').values(key).execute()
}

export function listApiKeys(trx: Trx, tenantId: string): Promise<ShownKey[]> {
  return shownKeys(trx, tenantId).orderBy('k.created_at', 'desc').orderBy('k.id').execute()
}

export function findApiKey(trx: Trx, tenantId: string, id: string): Promise<ShownKey | undefined> {
  return shownKeys(trx, tenantId).where('k.id', '=', id).executeTakeFirst()
}

function shownKeys(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.api_key as k')
    .leftJoin('identity.account as a', 'a.id', 'k.created_by')
    .leftJoin('identity.membership as m', (join) =>
      join.onRef('m.account_id', '=', 'k.created_by').onRef('m.tenant_id', '=', 'k.tenant_id'),
    )
    .selectAll('k')
    .select(['a.name as creator_name', 'a.email as creator_email'])
    .select(sql<boolean>`m.account_id is not null`.as('creator_is_member'))
    .where('k.tenant_id', '=', tenantId)
}

/** The key with this secret, or whose former secret this is while that still works. */
export function findApiKeyByHash(trx: Trx, tenantId: string, hash: string, now: Date) {
  return trx
    .selectFrom('identity.api_key')
    .select(['id', 'role', 'scopes', 'expires_at', 'allowed_networks', 'last_used_at'])
    .where('tenant_id', '=', tenantId)
    .where(({ eb, or, and }) =>
      or([eb('hash', '=', hash), and([eb('former_hash', '=', hash), eb('former_until', '>', now)])]),
    )
    .executeTakeFirst()
}

export async function touchApiKey(
  trx: Trx,
  { tenantId, id, now, address }: { tenantId: string; id: string; now: Date; address: string },
): Promise<void> {
  await trx
    .updateTable('identity.api_key')
    .set({ last_used_at: now, last_used_address: address })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute()
}

/** Until the end of the transaction nobody else changes the key. */
export async function lockApiKey(trx: Trx, tenantId: string, id: string): Promise<void> {
  await trx
    .selectFrom('identity.api_key')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .forUpdate()
    .execute()
}

export async function updateApiKey(
  trx: Trx,
  tenantId: string,
  id: string,
  change: Partial<Pick<ApiKeyTable, 'name' | 'scopes' | 'expires_at' | 'allowed_networks'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await trx.updateTable('identity.api_key').set(change).where('tenant_id', '=', tenantId).where('id', '=', id).execute()
}

/** Puts a new secret in place of the one there is, which becomes the former one; one that was former before is gone. */
export async function replaceSecret(
  trx: Trx,
  {
    tenantId,
    id,
    hash,
    prefix,
    formerUntil,
  }: { tenantId: string; id: string; hash: string; prefix: string; formerUntil: Date },
): Promise<void> {
  await trx
    .updateTable('identity.api_key')
    .set(({ ref }) => ({
      former_hash: ref('hash'),
      former_prefix: ref('prefix'),
      former_until: formerUntil,
      hash,
      prefix,
    }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute()
}

export async function dropFormerSecret(trx: Trx, tenantId: string, id: string): Promise<void> {
  await trx
    .updateTable('identity.api_key')
    .set({ former_hash: null, former_prefix: null, former_until: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute()
}

export async function deleteApiKey(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const row = await trx
    .deleteFrom('identity.api_key')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
