import { isProblem } from '@fanfare/kernel'
import {
  recordAudit,
  type SsoConnection,
  type SsoConnectionChange,
  type SsoSettings,
  type SsoTest,
} from '../contract.ts'
import { problem } from '../errors.ts'
import { deleteLinksOfProvider } from '../store/external-accounts.ts'
import { deleteConnection, findConnection, lockConnection, putConnection } from '../store/sso.ts'
import type { ConnectionRow } from '../store/tables/workspaces.ts'
import type { FederationDeps } from './deps.ts'
import { connectionParty, getParty, keyOf, redirectUriOf, secretContext } from './parties.ts'
import { discover } from './relying-party.ts'

export async function getSsoSettings(deps: FederationDeps, tenantId: string): Promise<SsoSettings> {
  const row = await deps.db.withTenant(tenantId, (trx) => findConnection(trx, tenantId))
  return {
    connection: row === undefined ? null : presentConnection(row),
    redirectUri: redirectUriOf(deps, { kind: 'sso', tenantId }),
  }
}

/**
 * Saves the connection once its issuer has shown that it is one: a mistyped or internal address is refused here, not at the
 * next sign-in. What was linked by another issuer, or for another client of it, ends with it.
 * Problems: `identity.sso_issuer_refused`, `identity.sso_secret_needed`.
 */
export async function saveSsoConnection(
  deps: FederationDeps,
  tenantId: string,
  change: SsoConnectionChange,
): Promise<SsoSettings> {
  await checkIssuer(deps, tenantId, change)
  await deps.db.withTenant(tenantId, async (trx) => {
    const before = await lockConnection(trx, tenantId)
    const isSame = before?.issuer === change.issuer && before.client_id === change.clientId
    if (change.clientSecret === undefined && !isSame) throw problem('sso_secret_needed')
    const after = {
      tenant_id: tenantId,
      issuer: change.issuer,
      client_id: change.clientId,
      client_secret:
        change.clientSecret === undefined
          ? (before as ConnectionRow).client_secret
          : deps.keys.seal(change.clientSecret, secretContext(tenantId)),
      default_role: change.defaultRole,
      required: change.required,
      mfa_counts: change.mfaCounts,
      changed_at: deps.clock.now(),
    }
    await putConnection(trx, after)
    // Issuers may give each client subjects of its own (OpenID Connect Core 1.0 §8).
    if (!isSame) await deleteLinksOfProvider(trx, keyOf({ kind: 'sso', tenantId }))
    await recordAudit(deps.events, {
      tenantId,
      action: 'sso_connection.saved',
      ...(before === undefined ? {} : { before: presentConnection(before) }),
      after: presentConnection(after),
    })
  })
  return getSsoSettings(deps, tenantId)
}

async function checkIssuer(deps: FederationDeps, tenantId: string, change: SsoConnectionChange): Promise<void> {
  const { issuer, clientId, clientSecret = 'unused' } = change
  const refuse = (reason: string, cause?: unknown) =>
    problem('sso_issuer_refused', { detail: { issuer, reason }, cause })
  if (new URL(issuer).protocol !== 'https:' && !deps.config.allowPrivateIssuers) throw refuse('it is no https address')
  const party = connectionParty(deps, { tenant_id: tenantId, issuer, client_id: clientId }, clientSecret)
  const server = await discover(deps, party).catch((error: unknown) => {
    throw isProblem(error) ? refuse(String(error.detail.reason ?? error.message), error) : error
  })
  // One that speaks for many companies would let in whoever has an account with any of them.
  if (server.issuer.includes('{')) throw refuse('it is shared by all tenants; give the issuer of your own')
}

/** Asks the saved issuer what it says about itself. Problems: those of a sign-in. */
export async function testSsoConnection(deps: FederationDeps, tenantId: string): Promise<SsoTest> {
  const party = await getParty(deps, { kind: 'sso', tenantId })
  const server = await discover(deps, party)
  return {
    issuer: server.issuer,
    authorizationEndpoint: server.authorization_endpoint as string,
    pkce: server.code_challenge_methods_supported?.includes('S256') ?? false,
  }
}

/** Whoever came in by it keeps account and membership, and gets in by another way from now on. */
export async function deleteSsoConnection(
  { db, events }: Pick<FederationDeps, 'db' | 'events'>,
  tenantId: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    if (!(await deleteConnection(trx, tenantId))) throw problem('sso_missing')
    await deleteLinksOfProvider(trx, keyOf({ kind: 'sso', tenantId }))
    await recordAudit(events, { tenantId, action: 'sso_connection.deleted' })
  })
}

function presentConnection(row: ConnectionRow): SsoConnection {
  return {
    issuer: row.issuer,
    clientId: row.client_id,
    defaultRole: row.default_role,
    required: row.required,
    mfaCounts: row.mfa_counts,
    changedAt: row.changed_at.toISOString(),
  }
}
