import { assertAllowed, monthStart } from '@fanfare/identity/contract'
import type { Deps } from './deps.ts'
import { countBatchedSince, sumAttachmentBytes } from './store/usage.ts'

export function countSends({ db }: Pick<Deps, 'db'>, tenantId: string, since: Date): Promise<number> {
  return db.withTenant(tenantId, (trx) => countBatchedSince(trx, tenantId, since))
}

export function sumStorage({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<number> {
  return db.withTenant(tenantId, (trx) => sumAttachmentBytes(trx, tenantId))
}

/** Refuses messages beyond what the workspace may send this month. Problem: `identity.limit_reached`. */
export async function assertSends(
  deps: Pick<Deps, 'db' | 'clock' | 'identity'>,
  tenantId: string,
  adding: number,
): Promise<void> {
  const count = () => countSends(deps, tenantId, monthStart(deps.clock.now()))
  await assertAllowed(deps.identity, { tenantId, limit: 'sendsPerMonth', adding, count })
}
