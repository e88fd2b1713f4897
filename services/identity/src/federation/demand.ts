import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { findDomainOwner, isSsoDemandedOf } from '../store/sso.ts'

/**
 * Refuses a way in that is not the single sign-on, for members of a workspace that demands it of its verified domain. Called
 * once somebody has shown who they are, so that it tells nothing to others. Owners keep every way in.
 * Problem: `identity.sso_required`.
 */
export async function refuseWhereSsoIsDemanded(
  { db }: Pick<Deps, 'db'>,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  const domain = domainOf(email)
  const tenantId = await db.transaction((trx) => findDomainOwner(trx, domain))
  if (tenantId === undefined) return
  const demanded = await db.withTenant(tenantId, (trx) => isSsoDemandedOf(trx, tenantId, id))
  if (demanded) throw problem('sso_required', { detail: { domain } })
}

/** What follows the @. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1)
}
