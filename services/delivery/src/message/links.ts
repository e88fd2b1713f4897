import { createHash } from 'node:crypto'
import { honeypotLink } from '../tracking/honeypot.ts'
import { honeypotLinkId } from '../tracking/tokens.ts'

export interface TrackedLink {
  /** 16 hexadecimal digits, the same whenever the same campaign is prepared again. */
  readonly id: string
  readonly number: number
  readonly url: string
}

/** What stands in the frozen HTML until a recipient's own link or pixel takes its place. */
export const placeholder = /fanfare-(?:link:([0-9a-f]{16})|open:pixel)/g
const pixel = '<img src="fanfare-open:pixel" width="1" height="1" alt="" style="display:block;border:0">'

/**
 * Puts a placeholder where an `<a>` or `<area>` leads to a fixed http(s) address. An address with a merge tag is left as
 * it is: where it leads is only known at the merge, and a stored destination a contact could choose would be an open
 * redirect.
 */
export function trackLinks(html: string, seed: string): { html: string; links: TrackedLink[] } {
  const links = new Map<string, TrackedLink>()
  let tracked = ''
  let from = 0
  for (const href of findHrefs(html)) {
    const url = staticUrl(decodeEntities(html.slice(href.start, href.end)))
    if (url === undefined) continue
    const link = links.get(url) ?? { id: linkId(seed, url), number: links.size, url }
    links.set(url, link)
    tracked += `${html.slice(from, href.start)}${href.quoted ? '' : '"'}fanfare-link:${link.id}${href.quoted ? '' : '"'}`
    from = href.end
  }
  return { html: tracked + html.slice(from), links: [...links.values()] }
}

/** Puts what no person sees at the end of the body: the open pixel, and the link that only machines follow. */
export function addMarks(html: string): string {
  const marks = pixel + honeypotLink(`fanfare-link:${honeypotLinkId}`)
  const end = html.toLowerCase().lastIndexOf('</body')
  return end < 0 ? html + marks : html.slice(0, end) + marks + html.slice(end)
}

/** The ids of the links in a frozen HTML, each once. */
export function linkIdsIn(html: string): string[] {
  return [...new Set(Array.from(html.matchAll(placeholder), ([, id]) => id ?? ''))].filter((id) => id !== '')
}

/** A recipient's HTML: `urlOf` is asked for each link's id, or `open` for the pixel. Unknown ids stay as they are. */
export function fillLinks(html: string, urlOf: (id: string | 'open') => string | undefined): string {
  return html.replace(placeholder, (whole, id: string | undefined) => urlOf(id ?? 'open') ?? whole)
}

function linkId(seed: string, url: string): string {
  return createHash('sha256').update(`${seed}\n${url}`).digest('hex').slice(0, 16)
}

function staticUrl(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed.includes('{{') || !/^https?:\/\//i.test(trimmed) || trimmed.length > 8_000) return undefined
  return isWebUrl(trimmed) ? trimmed : undefined
}

/** Whether a browser may be sent there: http or https by the WHATWG rules, nobody's password in it. */
export function isWebUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false
  return url.username === '' && url.password === '' && url.hostname !== '' && !/[\p{Cc}\\]/u.test(text)
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#x27': "'",
  '#38': '&',
}

/** Only what URLs are written with; `&copy=1` without a semicolon is a parameter. */
function decodeEntities(text: string): string {
  return text.replace(/&(amp|quot|apos|#39|#x27|#38);/g, (_, name: string) => entities[name] as string)
}

interface Href {
  readonly start: number
  readonly end: number
  readonly quoted: boolean
}

/** The href values of link tags, in order. Walks the text once: a tag that never closes ends the walk. */
function* findHrefs(html: string): Generator<Href> {
  const opening = /<(?:a|area)(?=[\s/])/gi
  for (let match = opening.exec(html); match; match = opening.exec(html)) {
    const end = tagEnd(html, opening.lastIndex)
    if (end === undefined) return
    const href = hrefIn(html.slice(opening.lastIndex, end), opening.lastIndex)
    if (href) yield href
    opening.lastIndex = end
  }
}

/** Where the tag closes; a `>` inside a quoted value does not. */
function tagEnd(html: string, from: number): number | undefined {
  let quote = ''
  for (let at = from; at < html.length; at++) {
    const character = html[at] as string
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '>') return at
    else if ((character === '"' || character === "'") && /=\s*$/.test(html.slice(Math.max(from, at - 4), at)))
      quote = character
  }
  return undefined
}

const attribute = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

function hrefIn(attributes: string, offset: number): Href | undefined {
  for (const match of attributes.matchAll(attribute)) {
    if (match[1]?.toLowerCase() !== 'href') continue
    const value = match[2] ?? match[3] ?? match[4]
    if (value === undefined) return undefined
    const quoted = match[4] === undefined
    const end = offset + match.index + match[0].length - (quoted ? 1 : 0)
    return { start: end - value.length, end, quoted }
  }
  return undefined
}
