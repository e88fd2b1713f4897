import { promises as dns, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { isPublicAddress } from './addresses.ts'
import { blocked, type Trust } from './targets.ts'

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

export const systemResolve: Resolve = (hostname) => dns.lookup(hostname, { all: true })

export interface DispatcherOptions {
  readonly trust: Trust
  readonly connectTimeoutMs: number
  readonly resolve: Resolve
}

/**
 * Connections for one degree of trust. A name is resolved once, at the moment of connecting, and the connection goes to what was
 * checked: there is no second look-up that could say something else.
 */
export function createDispatcher({ trust, connectTimeoutMs, resolve }: DispatcherOptions): Agent {
  const lookup = trust === 'public' ? checkedLookup(resolve) : plainLookup(resolve)
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup })
  return new Agent({
    connect: trust === 'public' ? checkPeer(connect) : connect,
    maxHeaderSize: 16_384,
    // Held open only briefly: an address is checked when a connection is made.
    keepAliveTimeout: 4_000,
  })
}

export function checkedLookup(resolve: Resolve): LookupFunction {
  return plainLookup(async (hostname) => {
    const addresses = await resolve(hostname)
    checkAddresses(hostname, addresses)
    return addresses
  })
}

/** One private address among public ones is enough to refuse: which is used would be a matter of luck. */
export function checkAddresses(hostname: string, addresses: readonly LookupAddress[]): void {
  if (addresses.every(({ address }) => isPublicAddress(address))) return
  throw blocked(hostname, 'resolves to an address that is not of the internet')
}

function plainLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0]
        if (first === undefined) done(new Error(`${hostname} has no address`), '', 4)
        else if (options.all) done(null, [...addresses])
        else done(null, first.address, first.family)
      },
      (error) => done(error, '', 4),
    )
  }
}

/** The last word: where the socket really ended up. */
function checkPeer(connect: buildConnector.connector): buildConnector.connector {
  return (options, done) =>
    connect(options, (...result) => {
      const [error, socket] = result
      if (error !== null) return done(error, null)
      if (isPublicAddress(socket.remoteAddress ?? '')) return done(null, socket)
      socket.destroy()
      done(blocked(options.hostname, 'led to an address that is not of the internet'), null)
    })
}
