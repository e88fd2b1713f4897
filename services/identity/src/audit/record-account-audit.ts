import { type Audited, auditFacts } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { installation } from '../installation.ts'
import { insertArrival } from '../store/audit.ts'
import type { Trx } from '../store/schema.ts'

/**
 * Leaves an entry about an account in the trail of the installation, in the transaction of the action: signing in and out,
 * refused tries, new passwords, factors. The target is the account, which is also the actor unless a signed-in caller or
 * `actor` is another. Without an account (a try with an unknown address) nobody is named.
 *
 * @example await recordAccountAudit(deps, trx, { accountId, action: 'password.changed' })
 */
export async function recordAccountAudit(
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  { accountId, ...audited }: Omit<Audited, 'target'> & { readonly accountId: string | undefined },
): Promise<void> {
  const target = accountId === undefined ? {} : { target: { kind: 'account', id: accountId } }
  const facts = auditFacts({ ...audited, ...target })
  await insertArrival(trx, { tenantId: installation, id: ids.next(), occurredAt: clock.now(), facts })
}
