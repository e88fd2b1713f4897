import { queryOptions } from '@tanstack/react-query'
import { fanfare, take } from './call.ts'
import type { InvitedSignUp, NewInvitation, Role } from './types.ts'

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/members', { signal })),
})
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/invitations', { signal })),
})
export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/teams', { signal })),
})
export const transferQuery = queryOptions({
  queryKey: ['transfer'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/workspace/transfer', { signal })),
})
/** What an invitation is about; looking uses nothing up. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => take(fanfare.POST('/v1/invitations/open', { body: { token }, signal })),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })

const user = (userId: string) => ({ params: { path: { userId } } })
const team = (teamId: string) => ({ params: { path: { teamId } } })
const invitation = (invitationId: string) => ({ params: { path: { invitationId } } })

export const changeRole = (userId: string, role: Role) =>
  take(fanfare.PATCH('/v1/members/{userId}', { ...user(userId), body: { role } }))
export const removeMember = (userId: string) => take(fanfare.DELETE('/v1/members/{userId}', user(userId)))
export const leaveWorkspace = (workspaceId: string) =>
  take(fanfare.DELETE('/v1/me/workspaces/{workspaceId}', { params: { path: { workspaceId } } }))

export const invite = (body: NewInvitation) => take(fanfare.POST('/v1/invitations', { body }))
export const resendInvitation = (id: string) =>
  take(fanfare.POST('/v1/invitations/{invitationId}/resend', invitation(id)))
export const revokeInvitation = (id: string) => take(fanfare.DELETE('/v1/invitations/{invitationId}', invitation(id)))
export const acceptInvitation = (token: string) => take(fanfare.POST('/v1/invitations/accept', { body: { token } }))
export const signUpInvited = (body: InvitedSignUp) => take(fanfare.POST('/v1/invitations/sign-up', { body }))

export const createTeam = (name: string) => take(fanfare.POST('/v1/teams', { body: { name } }))
export const renameTeam = (id: string, name: string) =>
  take(fanfare.PATCH('/v1/teams/{teamId}', { ...team(id), body: { name } }))
export const deleteTeam = (id: string) => take(fanfare.DELETE('/v1/teams/{teamId}', team(id)))
const place = (teamId: string, userId: string) => ({ params: { path: { teamId, userId } } })
export const addToTeam = (teamId: string, userId: string) =>
  take(fanfare.PUT('/v1/teams/{teamId}/members/{userId}', place(teamId, userId)))
export const removeFromTeam = (teamId: string, userId: string) =>
  take(fanfare.DELETE('/v1/teams/{teamId}/members/{userId}', place(teamId, userId)))

export const offerTransfer = (userId: string) => take(fanfare.POST('/v1/workspace/transfer', { body: { userId } }))
export const acceptTransfer = () => take(fanfare.POST('/v1/workspace/transfer/accept'))
export const endTransfer = () => take(fanfare.DELETE('/v1/workspace/transfer'))
