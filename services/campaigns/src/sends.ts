import { assertAllowed, monthStart } from '@fanfare/identity/contract'
import type { Deps } from './deps.ts'
import type { CampaignRow } from './store.ts'

/**
 * Refuses a campaign whose audience is larger than what the workspace may still send this month. Problem:
 * `identity.limit_reached`.
 */
export async function assertSends(
  deps: Pick<Deps, 'identity' | 'audience' | 'delivery' | 'clock'>,
  { tenant_id: tenantId, audience }: Pick<CampaignRow, 'tenant_id' | 'audience'>,
): Promise<void> {
  const { sendsPerMonth } = await deps.identity.getLimits({ tenantId })
  if (sendsPerMonth === null) return
  const { count: adding } = await deps.audience.describeAudience({
    tenantId,
    audience: audience ?? { kind: 'everyone' },
  })
  const since = monthStart(deps.clock.now()).toISOString()
  const count = async () => (await deps.delivery.getUsage({ tenantId, since })).sends
  await assertAllowed(deps.identity, { tenantId, limit: 'sendsPerMonth', adding, count })
}
