import { domainToASCII } from 'node:url'

/**
 * The deliverable part of RFC 5321 that cannot be read in two ways: a dot-atom before the last `@`, a host name after it.
 * Quoted local parts, comments, groups, literals and controls are what re-routing tricks are made of, so none pass.
 */
const localPart = /^[^\s\p{Cc}\p{Cf}"(),:;<>@[\\\]]{1,64}$/u
/** Before UTS 46: what a URL parser would cut off or decode (`/`, `?`, `#`, `%41`, tabs) is no part of a name. */
const domainText = /^[\p{L}\p{M}\p{N}.-]+$/u
/** A last label of digits alone, or `0x…`, makes of the name an IPv4 address (WHATWG URL, "ends in a number"). */
const numericHost = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/i
const hostName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** The address as it goes on the wire, its domain in ASCII (UTS 46), or undefined when it cannot be written to. */
export function wireAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  if (at < 1 || !localPart.test(local)) return undefined
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined
  const domain = asciiDomain(address.slice(at + 1))
  if (domain === undefined || address.length > 254) return undefined
  return `${local}@${domain}`
}

/** A host name in lower-case ASCII (UTS 46), or undefined when the text is none. */
export function asciiDomain(text: string): string | undefined {
  if (!domainText.test(text)) return undefined
  const domain = domainToASCII(text)
  return hostName.test(domain) && !numericHost.test(domain) ? domain : undefined
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
