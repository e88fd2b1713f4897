import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { type Permission, recordAudit } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { hasSecondFactor } from '../store/factors.ts'
import { findWorkspace, setSecondFactorRule } from '../store/workspaces.ts'

const permission: Permission = 'workspace.write'
const Rule = z.object({ needed: z.boolean().describe('Whether every member must have a second factor') })

/** Whether a workspace asks for a second factor of everybody in it. */
export function workspaceRuleRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/workspace/second-factor',
      name: 'getSecondFactorRule',
      summary: 'Says whether the workspace asks for a second factor of everybody',
      access: can(permission),
      replies: { 200: Rule },
      handler: async ({ caller: { tenantId } }) => {
        const row = await deps.db.withTenant(tenantId, (trx) => findWorkspace(trx, tenantId))
        return { status: 200, body: { needed: row?.needs_second_factor ?? false } }
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/workspace/second-factor',
      name: 'setSecondFactorRule',
      summary: 'Asks for a second factor of everybody, or no longer; members without one see only how to add it',
      access: can(permission, { recent: true }),
      body: Rule,
      replies: { 200: Rule },
      handler: async ({ caller: { tenantId, userId }, body }) => {
        await setRule(deps, { tenantId, accountId: userId as string, needed: body.needed })
        return { status: 200, body }
      },
    }),
  ]
}

/** Whoever asks it of others has one, so that no workspace is left with nobody who can change it back. */
async function setRule(
  { db, events, live }: Pick<Deps, 'db' | 'events' | 'live'>,
  { tenantId, accountId, needed }: { tenantId: string; accountId: string; needed: boolean },
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    if (needed && !(await hasSecondFactor(trx, accountId))) throw problem('second_factor_first')
    const before = { needsSecondFactor: (await findWorkspace(trx, tenantId))?.needs_second_factor ?? false }
    await setSecondFactorRule(trx, tenantId, needed)
    // Whoever has no factor is let back in only without the rule.
    live.endLines({ tenantId })
    const target = { kind: 'workspace', id: tenantId }
    const after = { needsSecondFactor: needed }
    await recordAudit(events, { tenantId, action: 'workspace.second_factor_rule_set', target, before, after })
  })
}
