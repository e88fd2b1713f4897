import type { DkimAlgorithm, DkimKey } from '../contract.ts'

export interface PublishedKey {
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  readonly publicKey: string
}

const keyTypes = { 'rsa-sha256': 'rsa', 'ed25519-sha256': 'ed25519' } as const satisfies Record<DkimAlgorithm, string>
/** What one string of a TXT record can hold (RFC 1035 §3.3). */
const stringOctets = /.{1,255}/g

/** The record that publishes a key (RFC 6376 §3.6.1). */
export function keyRecord({ domain, selector, algorithm, publicKey }: PublishedKey): DkimKey['record'] {
  const value = `v=DKIM1; k=${keyTypes[algorithm]}; p=${publicKey}`
  return {
    name: `${selector}._domainkey.${domain}`,
    type: 'TXT',
    value,
    strings: value.match(stringOctets) as string[],
  }
}
