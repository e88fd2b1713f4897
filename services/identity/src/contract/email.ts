import { z } from 'zod'

/**
 * The one form of an address: trimmed, NFC, lower case, the domain in ASCII. Everything that compares, keeps or writes to an
 * address works with this form, and it is made before the address is judged: a sign that only becomes an `@` or a dot by
 * normalisation is judged as what it becomes.
 */
export function normaliseEmail(text: string): string {
  const plain = text.trim().normalize('NFC').toLowerCase()
  const at = plain.lastIndexOf('@')
  return at < 0 ? plain : `${plain.slice(0, at)}@${asciiDomain(plain.slice(at + 1))}`
}

/** IDNA as browsers do it (UTS #46); what is no domain name stays as it is and is refused by whoever judges it. */
function asciiDomain(domain: string): string {
  if (/^[\x20-\x7e]*$/.test(domain) || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return domain
  const url = `http://${domain}`
  return URL.canParse(url) ? new URL(url).hostname : domain
}

export const Email = z.string().max(254).overwrite(normaliseEmail).pipe(z.email())
