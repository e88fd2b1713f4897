import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { getAccount } from '../store/accounts.ts'
import { isSsoDemandedOf } from '../store/sso.ts'

/**
 * Refuses a way in that is not the single sign-on, for members of a workspace that demands it of its verified domain. Called
 * once somebody has shown who they are, so that it tells nothing to others. Owners keep every way in.
 * Problem: `identity.sso_required`.
 */
export async function refuseWhereSsoIsDemanded({ db }: Pick<Deps, 'db'>, accountId: string): Promise<void> {
  await db.transaction(
    async (trx) => {
      const domain = domainOf((await getAccount(trx, accountId)).email)
      if (await isSsoDemandedOf(trx, domain, accountId)) throw problem('sso_required', { detail: { domain } })
    },
    { userId: accountId },
  )
}

/** What follows the @. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1)
}
