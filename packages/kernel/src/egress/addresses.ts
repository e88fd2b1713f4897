import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The only part of IPv6 that is given out for use on the internet so far (RFC 4291 §2.4, IANA registry). */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** Inside what is otherwise public, and still not the internet. */
const notInternet = [
  // Azure's host agent answers here, inside every virtual machine.
  '168.63.129.16/32',
  // 6to4 relays (RFC 7526), and IPv4 inside IPv6: what is behind is another address than the one checked.
  '192.88.99.0/24',
  '2002::/16',
  // All of the IETF's special assignments: Teredo, ORCHID, benchmarking, AMT (RFC 2928).
  '2001::/23',
  // Documentation (RFC 3849, RFC 9637).
  '2001:db8::/32',
  '3fff::/20',
].map((range) => ipaddr.parseCIDR(range))

/**
 * Whether an address is one of the internet: not this machine, not this network, not reserved, no other address in
 * disguise. https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  // ipaddr.js also takes `127.1` and the like, which no resolver or socket says.
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  if (parsed.kind() === 'ipv6' && !parsed.match(globalUnicast)) return false
  return !notInternet.some((range) => range[0].kind() === parsed.kind() && parsed.match(range))
}
