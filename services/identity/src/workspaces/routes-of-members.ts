import { type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { Member, MemberChange, Transfer } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { actingOf, permitted } from './acting.ts'
import { changeRole, leaveWorkspace, listMembers, removeMember } from './members.ts'
import { acceptTransfer, endTransfer, findTransfer, offerTransfer } from './transfer.ts'

const UserParams = z.object({ userId: z.uuid() })

export function memberRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/members',
      name: 'listMembers',
      summary: 'Lists the people of the workspace',
      access: permitted('members.read'),
      replies: { 200: z.object({ rows: z.array(Member) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listMembers(deps, caller.tenantId) } }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/members/:userId',
      name: 'changeMember',
      summary: 'Gives a person another role; it counts from their next call on',
      access: permitted('members.manage', { people: true }),
      params: UserParams,
      body: MemberChange,
      replies: { 200: Member },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await changeRole(deps, actingOf(caller), params.userId, body.role),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/members/:userId',
      name: 'removeMember',
      summary: 'Removes a person from the workspace, and from its teams',
      access: permitted('members.manage', { people: true }),
      params: UserParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await removeMember(deps, actingOf(caller), params.userId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/me/workspaces/:workspaceId',
      name: 'leaveWorkspace',
      summary: 'Leaves a workspace; its last owner cannot',
      access: signedIn(),
      params: z.object({ workspaceId: z.uuid() }),
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await leaveWorkspace(deps, { tenantId: params.workspaceId.toLowerCase(), userId: caller.userId })
        return { status: 204, body: null }
      },
    }),
    ...transferRoutes(deps),
  ]
}

function transferRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/workspace/transfer',
      name: 'getTransfer',
      summary: 'Shows the open offer of ownership, if there is one',
      access: permitted('members.read'),
      replies: { 200: z.object({ transfer: Transfer.nullable() }) },
      handler: async ({ caller }) => ({ status: 200, body: { transfer: await findTransfer(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/workspace/transfer',
      name: 'offerTransfer',
      summary: 'Offers the ownership to another member, who has 7 days to accept',
      access: permitted('workspace.own', { recent: true }),
      body: z.object({ userId: z.uuid() }),
      replies: { 201: Transfer },
      creates: false,
      handler: async ({ caller, body }) => ({
        status: 201,
        body: await offerTransfer(deps, actingOf(caller), body.userId),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/workspace/transfer/accept',
      name: 'acceptTransfer',
      summary: 'Takes the ownership that was offered; the former owner becomes an admin',
      access: permitted('workspace.read', { people: true }),
      replies: { 204: z.null() },
      creates: false,
      handler: async ({ caller }) => {
        await acceptTransfer(deps, actingOf(caller))
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/workspace/transfer',
      name: 'endTransfer',
      summary: 'Withdraws or declines the offer of ownership',
      access: permitted('workspace.read', { people: true }),
      replies: { 204: z.null() },
      handler: async ({ caller }) => {
        await endTransfer(deps, actingOf(caller))
        return { status: 204, body: null }
      },
    }),
  ]
}
