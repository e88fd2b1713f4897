import type { Deps } from '../deps.ts'
import type { Trx } from '../store/schema.ts'
import { revokeSessionsOf } from '../store/sessions.ts'

/**
 * Ends all sessions of an account but one, with their tokens, on every process from its next request on. For a change of
 * password, address or factors, a reset, a deletion. Returns how many it ended.
 */
export async function revokeSessions(
  { clock }: Pick<Deps, 'clock'>,
  trx: Trx,
  { accountId, except }: { accountId: string; except?: string | undefined },
): Promise<number> {
  const ended = await revokeSessionsOf(trx, { accountId, except, now: clock.now() })
  return ended.length
}
