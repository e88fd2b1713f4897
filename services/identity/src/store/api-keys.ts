import type { Row, Trx } from './schema.ts'

export async function insertApiKey(trx: Trx, key: Row<'identity.api_key'>): Promise<void> {
  await trx.insertInto('identity.api_key').values(key).execute()
}

export function listApiKeys(trx: Trx, tenantId: string) {
  return trx
    .selectFrom('identity.api_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

export function findApiKeyByHash(trx: Trx, tenantId: string, hash: string) {
  return trx
    .selectFrom('identity.api_key')
    .select(['id', 'role', 'last_used_at'])
    .where('tenant_id', '=', tenantId)
    .where('hash', '=', hash)
    .executeTakeFirst()
}

export async function touchApiKey(trx: Trx, tenantId: string, id: string, now: Date): Promise<void> {
  await trx
    .updateTable('identity.api_key')
    .set({ last_used_at: now })
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
