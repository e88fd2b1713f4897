import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findOneTime, type OneTimePurpose } from './one-time.ts'

/** The address a link is about, for the page it leads to. Using it up takes another call. */
export async function lookAtLink(
  deps: Pick<Deps, 'db' | 'clock'>,
  link: { purpose: OneTimePurpose; token: string },
): Promise<{ email: string }> {
  const seen = await deps.db.transaction((trx) => findOneTime(deps, trx, link))
  if (seen?.address === undefined) throw problem('link_spent')
  return { email: seen.address }
}
