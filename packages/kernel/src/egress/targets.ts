import { isIP } from 'node:net'
import { isPublicAddress } from './addresses.ts'
import { egressProblem } from './problems.ts'

/** How far a URL is believed; see `EgressRequest.trust`. */
export type Trust = 'public' | 'operator'

/**
 * A URL that may be called as far as its text can tell, or `egress.blocked`. The WHATWG parser has already brought every
 * spelling of an address (octal, hexadecimal, short, full-width) to one form. Names are checked when they are resolved.
 */
export function checkTarget(url: string | URL, trust: Trust, extraPorts: readonly number[]): URL {
  if (!URL.canParse(url)) throw blocked(String(url), 'is not a URL')
  const target = new URL(url)
  const reason = reasonAgainst(target, trust, extraPorts)
  if (reason !== undefined) throw blocked(shownUrl(target), reason)
  return target
}

function reasonAgainst(target: URL, trust: Trust, extraPorts: readonly number[]): string | undefined {
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return 'is neither http nor https'
  if (target.username !== '' || target.password !== '') return 'carries a user name or password'
  if (trust === 'operator') return undefined
  const port = Number(target.port)
  if (target.port !== '' && ![80, 443, ...extraPorts].includes(port)) return `uses port ${port}`
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'is not an address of the internet'
  return undefined
}

export function blocked(url: string, reason: string) {
  return egressProblem('blocked', { detail: { url, reason } })
}

/** A URL as an error or a log may show it: paths and queries may hold secrets. */
export function shownUrl(target: URL): string {
  return target.host === '' ? target.protocol : `${target.protocol}//${target.host}`
}
