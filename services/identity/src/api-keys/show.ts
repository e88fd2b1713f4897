import type { ApiKey } from '../contract/api-keys.ts'
import type { ShownKey } from '../store/api-keys.ts'
import { permissionsOfGrant } from './grants.ts'

export function showApiKey(row: ShownKey, now: Date): ApiKey {
  const { created_by: creator, former_until: formerUntil } = row
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    permissions: [...permissionsOfGrant(row)],
    isScoped: row.scopes !== null,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    createdBy:
      creator === null
        ? null
        : {
            id: creator,
            name: row.creator_name ?? '',
            email: row.creator_email ?? '',
            isMember: row.creator_is_member,
          },
    expiresAt: row.expires_at?.toISOString() ?? null,
    isExpired: row.expires_at !== null && row.expires_at <= now,
    allowedNetworks: row.allowed_networks,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedAddress: row.last_used_address,
    former:
      formerUntil === null || formerUntil <= now
        ? null
        : { prefix: row.former_prefix ?? '', worksUntil: formerUntil.toISOString() },
  }
}

/** What the audit trail tells of a key. */
export function auditedKey({ name, role, scopes, prefix, expires_at, allowed_networks }: ShownKey) {
  return { name, role, scopes, prefix, expiresAt: expires_at, allowedNetworks: allowed_networks }
}
