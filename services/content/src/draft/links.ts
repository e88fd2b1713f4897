import { type Marked, markedIn } from './marks.ts'

/** What the sender fills with a whole address of ours. */
export const wholeLinks: readonly string[] = ['unsubscribe_url', 'preferences_url']
const schemes: Readonly<Record<LinkUse, readonly string[]>> = {
  link: ['http:', 'https:', 'mailto:', 'tel:'],
  image: ['http:', 'https:'],
}
export type LinkUse = 'link' | 'image'

/**
 * What is wrong with where a link or an image points, as a sentence, or undefined. The host must be the author's own:
 * one taken from a contact's field would let whoever fills in a form choose where our link leads.
 */
export function findLinkFault(marked: Marked, url: string, use: LinkUse): string | undefined {
  const trimmed = url.trim()
  if (trimmed === '') return 'The address is empty'
  const tags = markedIn(marked, trimmed)
  const [only] = tags
  if (only && tags.length === 1 && trimmed.replace(marked.pattern, '') === '') {
    if (use === 'link' && wholeLinks.includes(only.name)) return undefined
    return `The address is taken whole from {{${only.name}}}. Write the host yourself: https://example.com/{{${only.name}}}`
  }
  const [inHost] = markedIn(marked, beginningOf(trimmed))
  if (inHost) return `The host is taken from {{${inHost.name}}}. Write the host yourself`
  return findUrlFault(trimmed.replace(marked.pattern, 'x'), use)
}

/** Scheme and authority: all that stands before the first `/`, `?` or `#` after them. A mailto or tel has no host. */
function beginningOf(url: string): string {
  if (/^(mailto|tel):/i.test(url)) return ''
  return /^[^/?#\\]*(?:[/\\]{2,}[^/?#\\]*)?/.exec(url)?.[0] ?? ''
}

function findUrlFault(url: string, use: LinkUse): string | undefined {
  if (url.includes('\\')) return `${shortened(url)} holds a backslash, which readers understand differently. Use /`
  if (!URL.canParse(url)) return `${shortened(url)} is not a whole address. Begin it with https://`
  const { protocol, username, password } = new URL(url)
  if (!schemes[use].includes(protocol)) return `${shortened(url)} begins with ${protocol} Use https:`
  if (username !== '' || password !== '')
    return `${shortened(url)} hides its host behind a user name. Remove the part before @`
  return undefined
}

function shortened(url: string): string {
  return url.length > 80 ? `${url.slice(0, 80)}…` : url
}
