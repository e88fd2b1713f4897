/** Mail addresses as they stand in texts: a local part, `@`, a domain or an address literal. */
export const addressPattern = String.raw`"?(?:"[^"\n]{1,80}"|[^\s<>"'()[\],;:@|]{1,128})"?@(?:\[[0-9a-f.:]{3,45}\]|[A-Za-z0-9\u0080-\uffff_-]{1,63}(?:\.[A-Za-z0-9\u0080-\uffff_-]{1,63}){0,20})`
const inText = new RegExp(addressPattern, 'giu')

export function addressesIn(text: string): string[] {
  return (text.slice(0, 20_000).match(inText) ?? []).map(cleanAddress)
}

export function firstAddress(text: string): string | undefined {
  return addressesIn(text)[0]
}

/** Without the quotes around it and the dot of the sentence behind it. */
function cleanAddress(address: string): string {
  const whole = address.replace(/[.]+$/, '')
  return /^".*"$/.test(whole) && !/^"[^"]+"@/.test(whole) ? whole.slice(1, -1) : whole.replace(/^"([^"\s]+)$/, '$1')
}

/** Domains compare without case; local parts too, as everybody but the standard does. */
export function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
