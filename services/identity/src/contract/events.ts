import { defineEvent } from '@fanfare/kernel'
import { z } from 'zod'

export const haltReasons = ['operator', 'deletion'] as const

/** A workspace may be read and not changed from now on, and must send nothing. */
export const WorkspaceSuspended = defineEvent(
  'identity.workspace_suspended',
  1,
  z.object({ reason: z.enum(haltReasons), version: z.int().describe('Of two events the one with the higher counts') }),
)

/** Nothing halts the workspace any more: what it was sending goes on. */
export const WorkspaceResumed = defineEvent('identity.workspace_resumed', 1, z.object({ version: z.int() }))
