import type { Route } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { invitationRoutes } from './routes-of-invitations.ts'
import { workspaceEndRoutes } from './routes-of-life.ts'
import { memberRoutes } from './routes-of-members.ts'
import { teamRoutes } from './routes-of-teams.ts'

/** What happens to a workspace and its people. */
export function workspaceLifeRoutes(deps: Deps): Route[] {
  return [...memberRoutes(deps), ...invitationRoutes(deps), ...teamRoutes(deps), ...workspaceEndRoutes(deps)]
}
