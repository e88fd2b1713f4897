import type { WorkspaceCaller } from '@fanfare/kernel'
import type { z } from 'zod'
import type { ApiKey, ApiKeyChange, IssuedApiKey } from '../contract/api-keys.ts'
import { recordAudit } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import * as store from '../store/api-keys.ts'
import type { Trx } from '../store/schema.ts'
import { hashToken, newApiKey, prefixOfApiKey } from '../tokens.ts'
import { assertMayGive } from './grants.ts'
import { assertLaterThan } from './issue.ts'
import { auditedKey, showApiKey } from './show.ts'

type KeyDeps = Pick<Deps, 'db' | 'clock' | 'events' | 'live'>
type KeyCaller = Pick<WorkspaceCaller, 'tenantId' | 'role' | 'permissions'>

export async function listApiKeys({ db, clock }: Pick<Deps, 'db' | 'clock'>, tenantId: string): Promise<ApiKey[]> {
  const rows = await db.withTenant(tenantId, (trx) => store.listApiKeys(trx, tenantId))
  return rows.map((row) => showApiKey(row, clock.now()))
}

export function changeApiKey(deps: KeyDeps, caller: KeyCaller, keyId: string, change: ApiKeyChange): Promise<ApiKey> {
  const { tenantId } = caller
  assertLaterThan(deps, change.expiresAt)
  return deps.db.withTenant(tenantId, async (trx) => {
    const before = await takeKey(trx, caller, keyId)
    if (change.scopes !== undefined) assertMayGive(caller, { role: before.role, scopes: change.scopes })
    await store.updateApiKey(trx, tenantId, keyId, {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.scopes === undefined ? {} : { scopes: change.scopes }),
      ...(change.expiresAt === undefined ? {} : { expires_at: change.expiresAt }),
      ...(change.allowedNetworks === undefined ? {} : { allowed_networks: change.allowedNetworks }),
    })
    deps.live.endLines({ keyId })
    const after = await getKey(trx, tenantId, keyId)
    await recordAudit(deps.events, {
      tenantId,
      action: 'api_key.updated',
      target: targetOf(after),
      before: auditedKey(before),
      after: auditedKey(after),
    })
    return showApiKey(after, deps.clock.now())
  })
}

/** A new secret for the same key; the one there was goes on working for a while, so that its users can be changed over. */
export function rotateApiKey(
  { db, clock, events, live }: KeyDeps,
  caller: KeyCaller,
  keyId: string,
  overlapHours: number,
): Promise<z.input<typeof IssuedApiKey>> {
  const { tenantId } = caller
  const key = newApiKey(tenantId)
  const now = clock.now()
  const formerUntil = new Date(now.getTime() + overlapHours * 60 * 60_000)
  return db.withTenant(tenantId, async (trx) => {
    const before = await takeKey(trx, caller, keyId)
    const secret = { hash: hashToken(key), prefix: prefixOfApiKey(key), formerUntil }
    await store.replaceSecret(trx, { tenantId, id: keyId, ...secret })
    // A line does not say which of the secrets opened it; who has one that works comes back.
    live.endLines({ keyId })
    await recordAudit(events, {
      tenantId,
      action: 'api_key.rotated',
      target: targetOf(before),
      before: { prefix: before.prefix },
      after: { prefix: secret.prefix, formerWorksUntil: formerUntil },
    })
    return { ...showApiKey(await getKey(trx, tenantId, keyId), now), key }
  })
}

/** Ends the overlap of a rotation: from now on only the new secret works. */
export function endFormerKey({ db, clock, events, live }: KeyDeps, tenantId: string, keyId: string): Promise<ApiKey> {
  return db.withTenant(tenantId, async (trx) => {
    const before = await getKey(trx, tenantId, keyId)
    await store.dropFormerSecret(trx, tenantId, keyId)
    live.endLines({ keyId })
    if (before.former_hash !== null) {
      const ended = { formerPrefix: before.former_prefix, formerWorksUntil: before.former_until }
      await recordAudit(events, { tenantId, action: 'api_key.former_ended', target: targetOf(before), before: ended })
    }
    return showApiKey(await getKey(trx, tenantId, keyId), clock.now())
  })
}

export async function deleteApiKey({ db, events, live }: KeyDeps, tenantId: string, keyId: string): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const before = await getKey(trx, tenantId, keyId)
    if (!(await store.deleteApiKey(trx, tenantId, keyId))) throw missing(keyId)
    live.endLines({ keyId })
    await recordAudit(events, {
      tenantId,
      action: 'api_key.revoked',
      target: targetOf(before),
      before: auditedKey(before),
    })
  })
}

/** The key, locked, for a caller who has all that it may do: whoever changes or renews it could use it. */
async function takeKey(trx: Trx, caller: KeyCaller, keyId: string): Promise<store.ShownKey> {
  await store.lockApiKey(trx, caller.tenantId, keyId)
  const row = await getKey(trx, caller.tenantId, keyId)
  assertMayGive(caller, { role: row.role, scopes: row.scopes })
  return row
}

async function getKey(trx: Trx, tenantId: string, keyId: string): Promise<store.ShownKey> {
  const row = await store.findApiKey(trx, tenantId, keyId)
  if (row === undefined) throw missing(keyId)
  return row
}

function missing(keyId: string) {
  return problem('api_key_missing', { detail: { keyId } })
}

function targetOf({ id, name }: store.ShownKey) {
  return { kind: 'api_key', id, name }
}
