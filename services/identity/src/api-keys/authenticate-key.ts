import { canonicalAddress, isInNetworks, type WorkspaceCaller } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findApiKeyByHash, touchApiKey } from '../store/api-keys.ts'
import { getTerms } from '../store/workspaces.ts'
import { hashToken, tenantOfApiKey } from '../tokens.ts'
import { workspaceTerms } from '../workspaces/terms.ts'
import { permissionsOfGrant } from './grants.ts'

/** Last use is told to the minute; a busy key does not become a busy row. */
const touchEveryMs = 60_000

/**
 * Who calls with a key. The key alone says in which workspace: a `fanfare-workspace` that is another one is refused, and
 * where there is none nothing else takes its place.
 */
export async function authenticateKey(
  { db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>,
  { key, workspace, address }: { key: string; workspace: string | undefined; address: string },
): Promise<WorkspaceCaller> {
  const tenantId = tenantOfApiKey(key)
  if (tenantId === undefined) throw problem('key_unknown')
  const from = canonicalAddress(address)
  const now = clock.now()
  const row = await db.withTenant(tenantId, async (trx) => {
    const found = await findApiKeyByHash(trx, tenantId, hashToken(key), now)
    if (found === undefined) throw problem('key_unknown')
    assertUsable(found, from, now)
    if (isStale(found.last_used_at, now)) await touchApiKey(trx, { tenantId, id: found.id, now, address: from })
    return { ...found, ...(await getTerms(trx, tenantId)) }
  })
  if (workspace !== undefined && workspace.toLowerCase() !== tenantId) {
    throw problem('workspace_missing', { detail: { workspace: workspace.slice(0, 100) } })
  }
  return {
    kind: 'workspace',
    tenantId,
    role: row.role,
    permissions: permissionsOfGrant(row),
    userId: undefined,
    sessionId: undefined,
    keyId: row.id,
    partial: false,
    provenAt: undefined,
    ...workspaceTerms(config, row),
  }
}

function assertUsable(
  { expires_at, allowed_networks }: { expires_at: Date | null; allowed_networks: readonly string[] },
  address: string,
  now: Date,
): void {
  if (expires_at !== null && expires_at <= now) {
    throw problem('key_expired', { detail: { expiresAt: expires_at.toISOString() } })
  }
  if (allowed_networks.length > 0 && !isInNetworks(address, allowed_networks)) {
    throw problem('key_address', { detail: { address } })
  }
}

function isStale(last: Date | null, now: Date): boolean {
  return last === null || now.getTime() - last.getTime() >= touchEveryMs
}
