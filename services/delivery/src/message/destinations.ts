/** Who runs a recipient's mailbox, as far as the address tells: whose limits a message counts against. */
export const destinations = ['google', 'microsoft', 'yahoo', 'apple', 'other'] as const
export type Destination = (typeof destinations)[number]

/** The providers' own domains, as each names them in its help pages. Company domains they host are not told by the address. */
const destinationOfDomain: ReadonlyMap<string, Destination> = new Map([
  ...['gmail.com', 'googlemail.com'].map((domain) => [domain, 'google'] as const),
  ...['icloud.com', 'me.com', 'mac.com'].map((domain) => [domain, 'apple'] as const),
])

/** Names under which Microsoft and Yahoo run mailboxes in many countries: `outlook.fr`, `yahoo.co.jp`. */
const families: readonly [RegExp, Destination][] = [
  [/^(outlook|hotmail|live|msn|passport|windowslive)\.([a-z]{2,3}|com?\.[a-z]{2})$/, 'microsoft'],
  [/^(yahoo|ymail|rocketmail|aol|aim|verizon|myyahoo)\.([a-z]{2,3}|com?\.[a-z]{2})$/, 'yahoo'],
]

/** @param domain in ASCII and lower case */
export function destinationOf(domain: string): Destination {
  const known = destinationOfDomain.get(domain)
  return known ?? families.find(([pattern]) => pattern.test(domain))?.[1] ?? 'other'
}
