import ipaddr from 'ipaddr.js'

/** The one form of an address: an IPv4 address written as IPv6 is IPv4, IPv6 is short and in lower case, a zone is left out. */
export function canonicalAddress(address: string): string {
  const withoutZone = address.split('%')[0] as string
  return ipaddr.isValid(withoutZone) ? ipaddr.process(withoutZone).toString() : address
}

/**
 * The part of an address that one person holds: all of IPv4, the first 64 bits of IPv6, since a subscriber is given a
 * whole /64 (RFC 6177). An IPv4 address written as IPv6 counts as IPv4.
 */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const network = (parsed as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
