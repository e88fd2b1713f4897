import { randomUUID } from 'node:crypto'
import { Identity, type KeyRole, keyRoles, permissionsOf, productName } from '@fanfare/identity/contract'
import { type Authenticator, type Caller, defineProblems, defineService, Http, implement } from '@fanfare/kernel'

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
  start({ http }) {
    http.authenticateWith(authenticate)
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
        sender: { name: productName, address: null },
      }),
      findSetupLink: async () => ({ url: null }),
      listWorkspaces: async () => [],
    })
  },
})

const authenticate: Authenticator = async ({ bearer }) => {
  if (bearer === undefined) return { kind: 'anonymous' }
  const [kind, ...parts] = bearer.split('.')
  const caller = kind === 'test' ? workspaceCaller(parts) : kind === 'test-person' ? personCaller(parts) : undefined
  if (caller === undefined) throw problem('bad_token', { detail: { token: bearer } })
  return caller
}

function personCaller([userId]: string[]): Caller | undefined {
  return userId === undefined ? undefined : { kind: 'person', userId, sessionId: `session-${userId}` }
}

function workspaceCaller([tenantId, role, userId]: string[]): Caller | undefined {
  if (tenantId === undefined || !isRole(role)) return undefined
  return {
    kind: 'workspace',
    tenantId,
    role,
    permissions: permissionsOf(role),
    userId,
    sessionId: userId === undefined ? undefined : `session-${userId}`,
    keyId: userId === undefined ? `key-${tenantId}-${role}` : undefined,
  }
}

function isRole(text: string | undefined): text is KeyRole {
  return (keyRoles as readonly (string | undefined)[]).includes(text)
}
