/** `a.b.example.com`, `b.example.com`, `example.com`. */
export function withParents(domain: string): string[] {
  const labels = domain.split('.')
  const parents = labels.map((_, index) => labels.slice(index).join('.')).slice(0, -1)
  return parents.length === 0 ? [domain] : parents
}

/**
 * Whether DMARC takes two domains as aligned when it is relaxed (RFC 7489 §3.1): one is the other or lies below it. Two
 * that only share an organisation are taken for strangers here, for want of a list of public suffixes.
 */
export function areAligned(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)
}
