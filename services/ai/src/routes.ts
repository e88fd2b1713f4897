import type { Permission } from '@fanfare/identity/contract'
import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { getBrand, updateBrand } from './brand.ts'
import { Brand, Brief, CrewRun, ModelInfo } from './contract.ts'
import type { Deps } from './deps.ts'
import { getRun, pageRuns, startRun, stopRun } from './runs.ts'

const permitted = (permission: Permission) => can(permission)
const RunId = z.object({ runId: z.uuid() })

export function aiRoutes(deps: Deps, models: readonly ModelInfo[]): Route[] {
  return [...brandRoutes(deps), ...runRoutes(deps), modelsRoute(models)]
}

function brandRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/brand',
      name: 'getBrand',
      summary: 'What the workspace says about itself',
      access: permitted('ai.read'),
      replies: { 200: Brand },
      handler: async ({ caller }) => ({ status: 200, body: await getBrand(deps, caller.tenantId) }),
    }),
    route({
      method: 'PUT',
      path: '/v1/brand',
      name: 'updateBrand',
      summary: 'Says what the crew may claim and must avoid',
      access: permitted('ai.run'),
      body: Brand,
      replies: { 200: Brand },
      handler: async ({ caller, body }) => ({ status: 200, body: await updateBrand(deps, caller.tenantId, body) }),
    }),
  ]
}

function runRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/crew-runs',
      name: 'startCrewRun',
      summary: 'Sets the crew to work on a brief; watch crew-run/<id>',
      access: permitted('ai.run'),
      body: z.object({ brief: Brief }),
      replies: { 201: CrewRun },
      handler: async ({ caller, body }) => ({ status: 201, body: await startRun(deps, caller.tenantId, body.brief) }),
    }),
    route({
      method: 'GET',
      path: '/v1/crew-runs',
      name: 'listCrewRuns',
      summary: 'Crew runs, the newest first',
      access: permitted('ai.read'),
      query: PageQuery,
      replies: { 200: pageOf(CrewRun) },
      handler: async ({ caller, query }) => ({ status: 200, body: await pageRuns(deps, caller.tenantId, query) }),
    }),
    route({
      method: 'GET',
      path: '/v1/crew-runs/:runId',
      name: 'getCrewRun',
      summary: 'One crew run with its steps, drafts and verdicts',
      access: permitted('ai.read'),
      params: RunId,
      replies: { 200: CrewRun },
      handler: async ({ caller: { tenantId }, params: { runId } }) => ({
        status: 200,
        body: await getRun(deps, { tenantId, runId }),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/crew-runs/:runId/stop',
      name: 'stopCrewRun',
      summary: 'Ends a crew run; one that has ended stays as it is',
      access: permitted('ai.run'),
      creates: false,
      params: RunId,
      replies: { 200: CrewRun },
      handler: async ({ caller: { tenantId }, params: { runId } }) => ({
        status: 200,
        body: await stopRun(deps, { tenantId, runId }),
      }),
    }),
  ]
}

function modelsRoute(models: readonly ModelInfo[]): Route {
  return route({
    method: 'GET',
    path: '/v1/models',
    name: 'listModels',
    summary: 'Who can write here, and which are set up',
    access: permitted('ai.read'),
    replies: { 200: z.object({ rows: z.array(ModelInfo) }) },
    handler: async () => ({ status: 200, body: { rows: [...models] } }),
  })
}
