import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { DkimKey, DkimPublication, NewDkimKey } from '../contract.ts'
import type { Deps } from '../deps.ts'
import {
  activateDkimKey,
  checkDkimKey,
  deleteDkimKey,
  generateDkimKey,
  listDkimKeys,
  retireDkimKey,
} from '../dkim/keys.ts'

const params = z.object({ dkimKeyId: z.uuid() })

export function dkimRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/dkim-keys',
      name: 'listDkimKeys',
      summary: 'Signing keys of the workspace with the records to publish; private keys are never returned',
      access: can('delivery.read'),
      replies: { 200: z.object({ rows: z.array(DkimKey) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listDkimKeys(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/dkim-keys',
      name: 'generateDkimKey',
      summary: 'Makes a signing key for a domain; it signs nothing before it is published and activated',
      access: can('delivery.write'),
      callsPerMinute: 30,
      body: NewDkimKey,
      replies: { 201: DkimKey },
      handler: async ({ caller, body }) => ({ status: 201, body: await generateDkimKey(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'POST',
      path: '/v1/dkim-keys/:dkimKeyId/check',
      name: 'checkDkimKey',
      summary: 'Asks DNS whether the key is published',
      access: can('delivery.write'),
      creates: false,
      callsPerMinute: 30,
      params,
      replies: { 200: DkimPublication },
      handler: async ({ caller, params: { dkimKeyId } }) => ({
        status: 200,
        body: await checkDkimKey(deps, caller.tenantId, dkimKeyId),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/dkim-keys/:dkimKeyId/activate',
      name: 'activateDkimKey',
      summary: 'Signs with a published key from now on, beside the other active ones of its domain',
      access: can('delivery.write'),
      creates: false,
      callsPerMinute: 30,
      params,
      replies: { 200: DkimKey },
      handler: async ({ caller, params: { dkimKeyId } }) => ({
        status: 200,
        body: await activateDkimKey(deps, caller.tenantId, dkimKeyId),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/dkim-keys/:dkimKeyId/retire',
      name: 'retireDkimKey',
      summary: 'Signs with a key no longer; keep its record for a week, for messages on their way',
      access: can('delivery.write'),
      creates: false,
      params,
      body: z.object({ leaveUnsigned: z.boolean().default(false).describe('Allows it for the last key of a domain') }),
      replies: { 200: DkimKey },
      handler: async ({ caller, params: { dkimKeyId }, body }) => ({
        status: 200,
        body: await retireDkimKey(deps, caller.tenantId, dkimKeyId, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/dkim-keys/:dkimKeyId',
      name: 'deleteDkimKey',
      summary: 'Removes a key that does not sign',
      access: can('delivery.write'),
      params,
      replies: { 204: z.null() },
      handler: async ({ caller, params: { dkimKeyId } }) => {
        await deleteDkimKey(deps, caller.tenantId, dkimKeyId)
        return { status: 204, body: null }
      },
    }),
  ]
}
