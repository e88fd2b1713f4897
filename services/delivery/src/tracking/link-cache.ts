import type { Deps } from '../deps.ts'
import { isWebUrl } from '../message/links.ts'
import { findLink } from '../store/dispatches.ts'

const mostLinks = 20_000

/** Where tracked links lead: stored when the campaign was prepared, kept in memory once asked for, as they never change. */
export interface LinkCache {
  /** Undefined for a link that is not stored. */
  find(tenantId: string, linkId: string): Promise<string | undefined>
}

export function createLinkCache({ db }: Pick<Deps, 'db'>): LinkCache {
  const known = new Map<string, string>()
  return {
    async find(tenantId, linkId) {
      const key = `${tenantId}/${linkId}`
      const cached = known.get(key)
      if (cached !== undefined) return cached
      const url = await db.withTenant(tenantId, (trx) => findLink(trx, tenantId, linkId))
      // Checked again on the way out: what a browser is sent to must be http or https whatever is in the table.
      if (url === undefined || !isWebUrl(url)) return undefined
      if (known.size >= mostLinks) known.delete(known.keys().next().value as string)
      known.set(key, url)
      return url
    },
  }
}
