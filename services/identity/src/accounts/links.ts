import type { Deps } from '../deps.ts'

/**
 * A page of the console in a link, on the site's own URL whatever host a request named. The token stands behind the `#`: that
 * part of an address is sent to no server, so it is in no log and no referrer, and opening the page uses nothing up.
 */
export function pageLink({ http }: Pick<Deps, 'http'>, path: string, token?: string): string {
  return pageLinkAt(http.publicUrl, path, token)
}

/** The same on the site of a workspace: `siteUrl` of its brand. */
export function pageLinkAt(siteUrl: string, path: string, token?: string): string {
  return `${siteUrl}${path}${token === undefined ? '' : `#token=${token}`}`
}
