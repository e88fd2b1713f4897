import { anyone, can, type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { linkRoutes } from './accounts/link-routes.ts'
import { accountRoutes } from './accounts/routes.ts'
import { apiKeyRoutes } from './api-keys/routes.ts'
import { Me, NewWorkspace, type Permission, type Role, Setup, Workspace } from './contract.ts'
import type { Deps } from './deps.ts'
import { sessionCookies } from './sessions/cookies.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { tokenRoutes } from './sessions/token-routes.ts'
import { completeSetup, isSetupNeeded } from './setup.ts'
import { workspaceLifeRoutes } from './workspaces/routes.ts'
import { createWorkspace, getWorkspace, updateWorkspace } from './workspaces.ts'

const permitted = (permission: Permission) => can(permission)

export function identityRoutes(deps: Deps): Route[] {
  return [
    ...setupRoutes(deps),
    ...sessionRoutes(deps),
    ...linkRoutes(deps),
    ...accountRoutes(deps),
    ...tokenRoutes(deps),
    ...workspaceRoutes(deps),
    ...workspaceLifeRoutes(deps),
    ...apiKeyRoutes(deps),
  ]
}

function setupRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/setup',
      name: 'getSetup',
      summary: 'Says whether this installation still needs its owner',
      access: anyone('asked before there is anybody who could sign in'),
      replies: { 200: z.object({ needed: z.boolean() }) },
      handler: async () => ({ status: 200, body: { needed: await isSetupNeeded(deps) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/setup',
      name: 'completeSetup',
      summary: 'Makes the owner and the first workspace with the one-time link, and signs in',
      access: anyone('the one-time token is the credential'),
      body: Setup,
      replies: { 201: Me },
      callsPerMinute: 60,
      handler: async ({ body, address, userAgent }) => {
        const { me, opened } = await completeSetup(deps, body, { address, userAgent })
        return { status: 201, body: me, cookies: sessionCookies(deps, opened) }
      },
    }),
  ]
}

function workspaceRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/workspaces',
      name: 'createWorkspace',
      summary: 'Makes a workspace that the caller owns',
      access: signedIn(),
      body: NewWorkspace,
      replies: { 201: Workspace },
      callsPerMinute: 30,
      handler: async ({ caller, body }) => ({
        status: 201,
        body: await createWorkspace(deps, { userId: caller.userId, name: body.name }),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/workspace',
      name: 'getWorkspace',
      summary: 'Shows the workspace',
      access: permitted('workspace.read'),
      replies: { 200: Workspace },
      handler: async ({ caller }) => ({
        status: 200,
        body: await getWorkspace(deps, caller.tenantId, caller.role as Role),
      }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/workspace',
      name: 'updateWorkspace',
      summary: 'Renames the workspace',
      access: permitted('workspace.write'),
      body: NewWorkspace,
      replies: { 200: Workspace },
      handler: async ({ caller, body }) => ({
        status: 200,
        body: await updateWorkspace(deps, { tenantId: caller.tenantId, role: caller.role as Role, name: body.name }),
      }),
    }),
  ]
}
