import { randomUUID } from 'node:crypto'
import { Identity, type KeyRole, keyRoles, permissionsOf, productName } from '@fanfare/identity/contract'
import { type Caller, defineProblems, defineService, Http, implement } from '@fanfare/kernel'

const problem = defineProblems('test_identity', {
  bad_token: { kind: 'unauthenticated', message: "'{token}' is no token of the test identity" },
})

/** Whom a test's calls come from. */
export type TestCaller =
  | { readonly tenantId: string; readonly role: KeyRole; readonly userId?: string }
  /** A person's session with no workspace chosen. */
  | { readonly person: string }

export function tokenOf(caller: TestCaller): string {
  if ('person' in caller) return `test-person.${caller.person}`
  const userId = caller.userId === undefined ? '' : `.${caller.userId}`
  return `test.${caller.tenantId}.${caller.role}${userId}`
}

/**
 * Stands in for the identity service: a bearer token says outright who calls, `test.<tenantId>.<role>[.<userId>]`. A caller
 * without `userId` is an API key.
 */
export const testIdentity = defineService({
  provides: Identity,
  needs: { http: Http },
  start({ http }, { clock }) {
    http.authenticateWith(async ({ bearer }) => (bearer === undefined ? anonymous : callerOf(bearer, clock.now())))
    return implement(Identity, {
      provision: async () => ({ tenantId: randomUUID(), userId: randomUUID() }),
      openWorkspace: async () => ({ tenantId: randomUUID() }),
      issueKey: async ({ tenantId, role }) => ({ keyId: randomUUID(), key: tokenOf({ tenantId, role }) }),
      brandOf: async () => ({
        productName,
        accentColor: '#5b4fcf',
        accentColorDark: '#a8acf0',
        logoUrl: null,
        logoDarkUrl: null,
        iconUrl: null,
        siteUrl: http.publicUrl,
        sender: { name: null, address: null },
      }),
      findSetupLink: async () => ({ url: null }),
      issueServiceToken: async ({ from, to, tenantId }) => ({ token: JSON.stringify({ from, to, tenantId }) }),
      verifyServiceToken: async ({ token, to }) => {
        const said = JSON.parse(token) as { from: string; to: string; tenantId?: string }
        return said.to === to ? { from: said.from, tenantId: said.tenantId ?? null } : null
      },
      listWorkspaces: async () => [],
      verifyAudit: async () => emptyTrail,
      getLimits: async () => unlimited,
      getUsage: async () => ({ seats: 1, storageBytes: 0 }),
      setLimits: async () => unlimited,
      suspendWorkspace: async () => ({}),
      resumeWorkspace: async () => ({}),
    })
  },
})

const unlimited = {
  contacts: null,
  sendsPerMonth: null,
  storageBytes: null,
  seats: null,
  requestsPerMinute: null,
  aiUsdPerMonth: null,
}

const anonymous: Caller = { kind: 'anonymous' }

function callerOf(bearer: string, now: Date): Caller {
  const [kind, ...parts] = bearer.split('.')
  const caller =
    kind === 'test' ? workspaceCaller(parts, now) : kind === 'test-person' ? personCaller(parts, now) : undefined
  if (caller === undefined) throw problem('bad_token', { detail: { token: bearer } })
  return caller
}

/** People have just proved who they are; what asks for a recent proof is tested with the identity service itself. */
const emptyTrail = {
  intact: true,
  entries: 0,
  lastHash: '0'.repeat(64),
  checkpoints: 0,
  lastCheckpointAt: null,
  publicKey: '',
  findings: [],
}

function personCaller([userId]: string[], now: Date): Caller | undefined {
  if (userId === undefined) return undefined
  return { kind: 'person', userId, sessionId: `session-${userId}`, partial: false, provenAt: now }
}

function workspaceCaller([tenantId, role, userId]: string[], now: Date): Caller | undefined {
  if (tenantId === undefined || !isRole(role)) return undefined
  return {
    kind: 'workspace',
    tenantId,
    role,
    permissions: permissionsOf(role),
    userId,
    sessionId: userId === undefined ? undefined : `session-${userId}`,
    keyId: userId === undefined ? `key-${tenantId}-${role}` : undefined,
    partial: false,
    provenAt: userId === undefined ? undefined : now,
  }
}

function isRole(text: string | undefined): text is KeyRole {
  return (keyRoles as readonly (string | undefined)[]).includes(text)
}
