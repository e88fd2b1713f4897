import type { WorkspaceCaller } from '@fanfare/kernel'
import type { z } from 'zod'
import type { IssuedApiKey, NewApiKey } from '../contract/api-keys.ts'
import { recordAudit } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { KeyRole } from '../permissions.ts'
import { findApiKey, insertApiKey, type ShownKey } from '../store/api-keys.ts'
import type { ApiKeyTable } from '../store/tables/workspaces.ts'
import { hashToken, newApiKey, prefixOfApiKey } from '../tokens.ts'
import { assertMayGive } from './grants.ts'
import { auditedKey, showApiKey } from './show.ts'

export type KeyDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'events'>

/** For a caller inside the workspace: nobody gives more than they have. */
export function createApiKey(
  deps: KeyDeps,
  caller: Pick<WorkspaceCaller, 'tenantId' | 'role' | 'permissions' | 'userId'>,
  wanted: NewApiKey,
): Promise<z.input<typeof IssuedApiKey>> {
  assertMayGive(caller, { role: wanted.role, scopes: wanted.scopes })
  assertLaterThan(deps, wanted.expiresAt)
  return insertKey(deps, {
    tenantId: caller.tenantId,
    name: wanted.name,
    role: wanted.role,
    scopes: wanted.scopes ?? null,
    expires_at: wanted.expiresAt ?? null,
    allowed_networks: wanted.allowedNetworks,
    created_by: caller.userId ?? null,
  })
}

/** For commands and tests, which may do anything. */
export function issueKey(deps: KeyDeps, wanted: { tenantId: string; name: string; role: KeyRole }) {
  const open = { scopes: null, expires_at: null, allowed_networks: [], created_by: null }
  return insertKey(deps, { ...wanted, ...open })
}

export function assertLaterThan({ clock }: Pick<Deps, 'clock'>, expiresAt: Date | null | undefined): void {
  if (expiresAt && expiresAt <= clock.now()) {
    throw problem('key_expiry_past', { detail: { expiresAt: expiresAt.toISOString() } })
  }
}

type Wanted = Pick<ApiKeyTable, 'name' | 'role' | 'scopes' | 'expires_at' | 'allowed_networks' | 'created_by'>

async function insertKey(
  { db, ids, clock, events }: KeyDeps,
  { tenantId, ...wanted }: Wanted & { tenantId: string },
): Promise<z.input<typeof IssuedApiKey>> {
  const key = newApiKey(tenantId)
  const id = ids.next()
  return db.withTenant(tenantId, async (trx) => {
    await insertApiKey(trx, {
      ...wanted,
      tenant_id: tenantId,
      id,
      prefix: prefixOfApiKey(key),
      hash: hashToken(key),
      created_at: clock.now(),
      ...unused,
    })
    const row = (await findApiKey(trx, tenantId, id)) as ShownKey
    const target = { kind: 'api_key', id, name: row.name }
    await recordAudit(events, { tenantId, action: 'api_key.created', target, after: auditedKey(row) })
    return { ...showApiKey(row, clock.now()), key }
  })
}

const unused = {
  last_used_at: null,
  last_used_address: null,
  former_hash: null,
  former_prefix: null,
  former_until: null,
}
