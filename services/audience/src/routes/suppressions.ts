import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { NewSuppression, Suppression } from '../contract.ts'
import { actorOf, type Deps } from '../deps.ts'
import { createSuppression, deleteSuppression, listSuppressions } from '../suppressions.ts'
import { pageBody, pageFrom } from './paging.ts'

const write = can('contacts.write')

export function suppressionRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/suppressions',
      name: 'listSuppressions',
      summary: 'Lists addresses that are never written to, newest first',
      access: can('contacts.read'),
      query: PageQuery.extend({ search: z.string().trim().max(200).optional().describe('Part of an address') }),
      replies: { 200: pageOf(Suppression) },
      handler: async ({ caller, query }) => ({
        status: 200,
        body: pageBody(await listSuppressions(deps, caller.tenantId, query.search, pageFrom(query))),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/suppressions',
      name: 'createSuppression',
      summary: 'Puts an address on the suppression list',
      access: write,
      body: NewSuppression,
      replies: { 201: Suppression },
      handler: async ({ caller, body }) => ({
        status: 201,
        body: await createSuppression(deps, actorOf(caller), body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/suppressions/:suppressionId',
      name: 'deleteSuppression',
      summary: 'Takes an address off the suppression list',
      access: write,
      params: z.object({ suppressionId: z.uuid() }),
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteSuppression(deps, actorOf(caller), params.suppressionId)
        return { status: 204, body: null }
      },
    }),
  ]
}
