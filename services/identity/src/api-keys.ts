import type { z } from 'zod'
import { type ApiKey, type IssuedApiKey, type KeyRole, keyRoles, type Role, recordAudit } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import * as store from './store/api-keys.ts'
import type { Row } from './store/schema.ts'
import { hashToken, newApiKey, prefixOfApiKey } from './tokens.ts'

interface WantedKey {
  tenantId: string
  name: string
  role: KeyRole
}

/** For a caller inside the workspace: nobody gives more than they have. */
export async function createApiKey(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'events'>,
  wanted: WantedKey & { callerRole: Role },
): Promise<z.input<typeof IssuedApiKey>> {
  // They are declared from the most to the least powerful.
  if (keyRoles.indexOf(wanted.role) < keyRoles.indexOf(wanted.callerRole)) {
    throw problem('role_too_high', { detail: { role: wanted.callerRole, wanted: wanted.role } })
  }
  return issueKey(deps, wanted)
}

export async function issueKey(
  { db, ids, clock, events }: Pick<Deps, 'db' | 'ids' | 'clock' | 'events'>,
  { tenantId, name, role }: WantedKey,
): Promise<z.input<typeof IssuedApiKey>> {
  const key = newApiKey(tenantId)
  const row = {
    tenant_id: tenantId,
    id: ids.next(),
    name,
    role,
    prefix: prefixOfApiKey(key),
    hash: hashToken(key),
    created_at: clock.now(),
    last_used_at: null,
  }
  await db.withTenant(tenantId, async (trx) => {
    await store.insertApiKey(trx, row)
    const target = { kind: 'api_key', id: row.id, name }
    await recordAudit(events, { tenantId, action: 'api_key.created', target, after: { role, prefix: row.prefix } })
  })
  return { ...toApiKey(row), key }
}

export async function listApiKeys({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<ApiKey[]> {
  const rows = await db.withTenant(tenantId, (trx) => store.listApiKeys(trx, tenantId))
  return rows.map(toApiKey)
}

export async function deleteApiKey({ db }: Pick<Deps, 'db'>, tenantId: string, keyId: string): Promise<void> {
  const deleted = await db.withTenant(tenantId, (trx) => store.deleteApiKey(trx, tenantId, keyId))
  if (!deleted) throw problem('api_key_missing', { detail: { keyId } })
}

function toApiKey(row: Row<'identity.api_key'>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
