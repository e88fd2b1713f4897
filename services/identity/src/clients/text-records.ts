import { promises as dns } from 'node:dns'

/** The TXT records of a name, each as one text; none when it has none. Fails when nothing can be known just now. */
export type FindTextRecords = (name: string) => Promise<readonly string[]>

/** The codes of `node:dns` for a name, or a record of that type, that does not exist. */
const absent = new Set(['ENOTFOUND', 'ENODATA'])

/** @param servers addresses of name servers, with a port if it is not 53; none for those of the system */
export function createTextLookup(servers: readonly string[]): FindTextRecords {
  const resolver = new dns.Resolver({ timeout: 3_000, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  return async (name) => {
    try {
      const records = await resolver.resolveTxt(name)
      // The strings of one record belong together with nothing between (RFC 7208 §3.3).
      return records.map((strings) => strings.join(''))
    } catch (error) {
      if (absent.has((error as NodeJS.ErrnoException).code ?? '')) return []
      throw error
    }
  }
}
