import { type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { NewTeam, Team } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { permitted } from './acting.ts'
import { addToTeam, createTeam, deleteTeam, listTeams, removeFromTeam, renameTeam } from './teams.ts'

const TeamParams = z.object({ teamId: z.uuid() })
const PlaceParams = z.object({ teamId: z.uuid(), userId: z.uuid() })

export function teamRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/teams',
      name: 'listTeams',
      summary: 'Lists the teams of the workspace with who is in them',
      access: permitted('members.read'),
      replies: { 200: z.object({ rows: z.array(Team) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listTeams(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/teams',
      name: 'createTeam',
      summary: 'Makes a team',
      access: permitted('members.manage'),
      body: NewTeam,
      replies: { 201: Team },
      handler: async ({ caller, body }) => ({
        status: 201,
        body: await createTeam(deps, caller.tenantId, body.name),
      }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/teams/:teamId',
      name: 'renameTeam',
      summary: 'Renames a team',
      access: permitted('members.manage'),
      params: TeamParams,
      body: NewTeam,
      replies: { 200: Team },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await renameTeam(deps, caller.tenantId, params.teamId, body.name),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/teams/:teamId',
      name: 'deleteTeam',
      summary: 'Deletes a team; its people stay in the workspace',
      access: permitted('members.manage'),
      params: TeamParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteTeam(deps, caller.tenantId, params.teamId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/teams/:teamId/members/:userId',
      name: 'addToTeam',
      summary: 'Puts a member of the workspace into a team',
      access: permitted('members.manage'),
      params: PlaceParams,
      replies: { 200: Team },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await addToTeam(deps, { tenantId: caller.tenantId, ...params }),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/teams/:teamId/members/:userId',
      name: 'removeFromTeam',
      summary: 'Takes a person out of a team',
      access: permitted('members.manage'),
      params: PlaceParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await removeFromTeam(deps, { tenantId: caller.tenantId, ...params })
        return { status: 204, body: null }
      },
    }),
  ]
}
