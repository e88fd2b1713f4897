import { Identity } from '@fanfare/identity/contract'
import {
  type Authenticator,
  defineService,
  Http,
  type Route,
  type ShapeOf,
  type WorkspaceCaller,
} from '@fanfare/kernel'

/** Stands in for identity with a cookie or a bearer token as the credential, and mounts routes beside. */
export function mountedWithCookies(routes: readonly Route[]) {
  return defineService({
    provides: Identity,
    needs: { http: Http },
    start({ http }) {
      http.authenticateWith(authenticate)
      http.mount('mounted', routes)
      // None of identity's operations is asked for in these tests.
      return {} as ShapeOf<typeof Identity>
    },
  })
}

const authenticate: Authenticator = async ({ bearer, cookies }) => {
  const name = bearer ?? cookies.session
  return name === undefined ? { kind: 'anonymous' } : callerNamed(name)
}

function callerNamed(userId: string): WorkspaceCaller {
  return {
    kind: 'workspace',
    tenantId: '00000000-0000-4000-8000-000000000001',
    role: 'owner',
    permissions: new Set(['workspace.write']),
    userId,
    sessionId: userId,
    keyId: undefined,
    partial: false,
    provenAt: undefined,
  }
}
