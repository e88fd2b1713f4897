import type { Database, Http, Logger } from '@fanfare/kernel'
import type { Schema } from '../store/schema.ts'
import { listProvenDomains } from '../store/white-label.ts'

const everyMs = 30_000

/** The names that workspaces have proven for the console and public pages. */
export interface SiteHosts {
  /** The workspace of a host that `Http` says a request came by. */
  tenantOf(host: string | undefined): string | undefined
  /** Asks for those proven now; keeps those it knows when the database does not answer. */
  refresh(): Promise<void>
  close(): void
}

interface HostDeps {
  readonly db: Database<Schema>
  readonly http: Pick<Http, 'serveHosts'>
  readonly log: Logger
}

export function createSiteHosts({ db, http, log }: HostDeps): SiteHosts {
  let tenants: ReadonlyMap<string, string> = new Map()
  let names: ReadonlySet<string> = new Set()
  http.serveHosts(() => names)
  async function refresh(): Promise<void> {
    try {
      const rows = await db.transaction(listProvenDomains)
      tenants = new Map(rows.filter(({ purpose }) => purpose === 'site').map((row) => [row.domain, row.tenant_id]))
      names = new Set(tenants.keys())
    } catch (error) {
      log.warn({ err: error }, 'the domains of workspaces could not be read; those known before count on')
    }
  }
  const timer = setInterval(() => void refresh(), everyMs).unref()
  return {
    tenantOf: (host) => (host === undefined ? undefined : tenants.get(host)),
    refresh,
    close: () => clearInterval(timer),
  }
}
