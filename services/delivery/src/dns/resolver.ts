import { promises as dns } from 'node:dns'

/** The DNS questions the checks ask; injected, so tests answer them. Answers and failures are those of `node:dns`. */
export type Resolver = Pick<typeof dns, 'resolveTxt' | 'resolve4' | 'resolve6' | 'resolveMx' | 'reverse'>

/** @param servers addresses of name servers, with a port if it is not 53; none for those of the system */
export function createResolver(servers: readonly string[]): Resolver {
  const resolver = new dns.Resolver({ timeout: 3_000, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  return resolver
}
