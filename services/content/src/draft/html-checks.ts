import type { Finding } from '../contract.ts'
import { checkLinkTexts } from './link-text-checks.ts'
import { type Marked, markedIn } from './marks.ts'
import type { Tag } from './tags.ts'

/** Gmail cuts a message off here and hides the rest, with the unsubscribe link, behind a click. */
const clippedBytes = 102 * 1024

/** What is wrong with the HTML that came out: sanitised, its Mustache still marked. */
export function checkHtml(marked: Marked, html: string, text: string): Finding[] {
  return [
    ...checkUnsubscribe(marked, html),
    ...checkLost(marked, html),
    ...checkStyles(marked, html),
    ...checkLinkTexts(marked, html),
    ...checkSize(html, text),
  ]
}

function checkUnsubscribe(marked: Marked, html: string): Finding[] {
  const links = Array.from(html.matchAll(/\shref="([^"]*)"/g), (match) => match[1] as string)
  const has = links.some((link) => markedIn(marked, link).some((tag) => tag.name === 'unsubscribe_url'))
  if (has) return []
  const message = 'There is no link to unsubscribe. Add <a href="{{unsubscribe_url}}">Unsubscribe</a>'
  return [finding('error', 'missing_unsubscribe', message, null)]
}

/** A section tag that a compiler dropped would make its content unconditional, without a word. */
function checkLost(marked: Marked, html: string): Finding[] {
  const left = new Set(markedIn(marked, html))
  return marked.tags
    .filter((tag) => !left.has(tag) && (tag.kind === 'section' || tag.kind === 'inverted' || tag.kind === 'close'))
    .map((tag) =>
      finding(
        'error',
        'lost_tag',
        `${tag.source} stands where it has no effect. In MJML put it into mj-text or mj-raw`,
        tag.line,
      ),
    )
}

function checkStyles(marked: Marked, html: string): Finding[] {
  const styles = Array.from(
    html.matchAll(/\sstyle="([^"]*)"|<style[^>]*>([^<]*)/g),
    (match) => match[1] ?? match[2] ?? '',
  )
  const tags = new Set<Tag>(styles.flatMap((style) => markedIn(marked, style)))
  return [...tags].map((tag) =>
    finding(
      'error',
      'field_in_style',
      `${tag.source} stands in a style. Put fields into the text or the links`,
      tag.line,
    ),
  )
}

function checkSize(html: string, text: string): Finding[] {
  const findings: Finding[] = []
  const bytes = Buffer.byteLength(html)
  if (bytes > clippedBytes) {
    const message = `The HTML is ${Math.round(bytes / 1024)} KB; Gmail cuts it off after 102 KB. Shorten it`
    findings.push(finding('warning', 'clipped', message, null))
  }
  if (text.trim() === '') {
    findings.push(
      finding('error', 'empty_text', 'The body has no text. Some readers and most filters see nothing else', null),
    )
  }
  return findings
}

function finding(level: Finding['level'], code: string, message: string, line: number | null): Finding {
  return { level, code, message, where: 'body', line }
}
