import type { Http } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { listProvenDomains } from '../store/tracking-domains.ts'

const everyMs = 30_000
/** All that links in messages lead to, and what a check of the domain asks for. */
const paths = ['/c/:token', '/o/:token', '/u/:token', '/p/:token', '/.well-known/fanfare']

export interface TrackingHosts {
  /** Asks for the domains that are proven now; keeps those it knows when the database does not answer. */
  refresh(): Promise<void>
  close(): void
}

/** Keeps the console and the API away from hosts that senders' links are written with. */
export function createTrackingHosts({
  db,
  http,
  log,
}: Pick<Deps, 'db' | 'log'> & { readonly http: Pick<Http, 'restrictHosts'> }): TrackingHosts {
  let proven: ReadonlySet<string> = new Set()
  http.restrictHosts({ hosts: () => proven, paths })
  async function refresh(): Promise<void> {
    try {
      proven = new Set(await db.transaction(listProvenDomains))
    } catch (error) {
      log.warn({ err: error }, 'the domains of tracked links could not be read; those known before count on')
    }
  }
  const timer = setInterval(() => void refresh(), everyMs).unref()
  return { refresh, close: () => clearInterval(timer) }
}
