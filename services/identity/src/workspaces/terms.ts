import type { WorkspaceCaller } from '@fanfare/kernel'
import type { Config } from '../config.ts'
import { limitReached } from '../contract/limits.ts'
import type { WorkspaceTable } from '../store/tables/workspaces.ts'
import { mergeLimits } from './limits.ts'

type Terms = Pick<WorkspaceTable, 'suspended_at' | 'suspended_reason' | 'deletion_at' | 'limits'>

/** On which terms a workspace is open to its callers now. */
export function workspaceTerms(config: Config, row: Terms): Pick<WorkspaceCaller, 'halted' | 'allowance'> {
  const { requestsPerMinute } = mergeLimits(config, row.limits)
  return {
    halted: whyHalted(row),
    allowance:
      requestsPerMinute === null
        ? undefined
        : {
            perMinute: requestsPerMinute,
            refusal: (used, retryAfterSeconds) =>
              limitReached('requestsPerMinute', { allowed: requestsPerMinute, used, adding: 1, retryAfterSeconds }),
          },
  }
}

function whyHalted({ suspended_at, suspended_reason, deletion_at }: Terms): string | undefined {
  if (suspended_at !== null) {
    const reason = suspended_reason ? `: ${suspended_reason}` : ''
    return `The workspace is suspended by the operator of this installation${reason}`
  }
  if (deletion_at === null) return undefined
  return `The workspace will be deleted on ${deletion_at.toISOString().slice(0, 10)}; an owner can undo that until then`
}
