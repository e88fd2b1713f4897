import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * An address or a network in CIDR notation (RFC 4632, RFC 4291 §2.3) in its one form, or undefined when it is neither:
 * `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. Bits beyond the prefix are cleared, IPv4 in IPv6 becomes IPv4, a network of
 * one address loses its prefix. Only plain notation is taken: `010.0.0.1` means different addresses to different programs.
 */
export function parseNetwork(text: string): string | undefined {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? []
  if (isIP(address) === 0 || address.includes('%')) return undefined
  const given = ipaddr.parse(address)
  const most = given.kind() === 'ipv4' ? 32 : 128
  const bits = prefix === undefined ? most : Number(prefix)
  if (bits > most) return undefined
  const parsed = ipaddr.process(address)
  const isMapped = given.kind() !== parsed.kind()
  // A network that holds more than the IPv4 part is one of IPv6 that contains no address anybody has.
  if (isMapped && bits < 96) return undefined
  return networkText(parsed, isMapped ? bits - 96 : bits)
}

function networkText(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const text = `${address.toString()}/${bits}`
  if (address.kind() === 'ipv4') {
    return bits === 32 ? address.toString() : `${ipaddr.IPv4.networkAddressFromCIDR(text).toString()}/${bits}`
  }
  return bits === 128 ? address.toString() : `${ipaddr.IPv6.networkAddressFromCIDR(text).toString()}/${bits}`
}

/** Whether an address is in one of the networks, each written as `parseNetwork` returns it. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const withoutZone = address.split('%')[0] as string
  if (isIP(withoutZone) === 0) return false
  const parsed = ipaddr.process(withoutZone)
  return networks.some((network) => {
    const [base, bits] = network.includes('/') ? ipaddr.parseCIDR(network) : [ipaddr.parse(network), undefined]
    if (base.kind() !== parsed.kind()) return false
    return parsed.match(base as ipaddr.IPv4, bits ?? (base.kind() === 'ipv4' ? 32 : 128))
  })
}
