import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { ApiKey, ApiKeyChange, ApiKeyRotation, IssuedApiKey, NewApiKey } from '../contract/api-keys.ts'
import type { Deps } from '../deps.ts'
import type { Permission } from '../permissions.ts'
import { createApiKey } from './issue.ts'
import { changeApiKey, deleteApiKey, endFormerKey, listApiKeys, rotateApiKey } from './manage.ts'

const manage = can<Permission>('keys.manage')
/** What puts a key or more power into somebody's hands asks a person who they are; a key proves itself by each call. */
const manageProven = can<Permission>('keys.manage', { recent: true, keys: true })
const params = z.object({ keyId: z.uuid() })

export function apiKeyRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/api-keys',
      name: 'listApiKeys',
      summary: 'Lists the API keys of the workspace, without the keys themselves',
      access: manage,
      replies: { 200: z.object({ rows: z.array(ApiKey) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listApiKeys(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/api-keys',
      name: 'createApiKey',
      summary: 'Makes an API key and shows it once; nobody gives it more than they have',
      access: manageProven,
      body: NewApiKey,
      replies: { 201: IssuedApiKey },
      // A stored reply to repeat would be a stored key.
      creates: false,
      handler: async ({ caller, body }) => ({ status: 201, body: await createApiKey(deps, caller, body) }),
    }),
    ...routesByKey(deps),
  ]
}

function routesByKey(deps: Deps): Route[] {
  return [
    route({
      method: 'PATCH',
      path: '/v1/api-keys/:keyId',
      name: 'updateApiKey',
      summary: 'Renames an API key, or changes what it may do, from where and until when; counts at once',
      access: manageProven,
      params,
      body: ApiKeyChange,
      replies: { 200: ApiKey },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await changeApiKey(deps, caller, params.keyId, body),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/api-keys/:keyId/rotate',
      name: 'rotateApiKey',
      summary: 'Gives an API key a new secret, shown once; the one of before works a while longer',
      access: manageProven,
      params,
      body: ApiKeyRotation,
      replies: { 200: IssuedApiKey },
      creates: false,
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await rotateApiKey(deps, caller, params.keyId, body.overlapHours),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/api-keys/:keyId/former',
      name: 'endFormerApiKey',
      summary: 'Ends the overlap of a rotation: only the new secret works from now on',
      access: manage,
      params,
      replies: { 200: ApiKey },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await endFormerKey(deps, caller.tenantId, params.keyId),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/api-keys/:keyId',
      name: 'deleteApiKey',
      summary: 'Revokes an API key; it stops working at once',
      access: manage,
      params,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteApiKey(deps, caller.tenantId, params.keyId)
        return { status: 204, body: null }
      },
    }),
  ]
}
