import type { Finding } from '../contract.ts'
import type { Marked } from './marks.ts'

const links = /<a\s[^>]*?href="(https?:\/\/[^"]*)"[^>]*>(.*?)<\/a>/gis
/** A text that is an address and nothing else: what readers take for where the link leads. */
const address = /^(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[:/?#]\S*)?$/i

/** Links whose text names another site than they lead to: what filters look for first to find phishing. */
export function checkLinkTexts({ pattern }: Marked, html: string): Finding[] {
  const findings: Finding[] = []
  for (const [, href = '', inner = ''] of html.matchAll(links)) {
    const shown = address.exec(inner.replace(/<[^>]*>/g, '').trim())?.[1]?.toLowerCase()
    const led = URL.parse(href)?.hostname
    if (shown === undefined || led === undefined || led.search(pattern) >= 0) continue
    if (isSameSite(shown, led)) continue
    const message = `A link reads ${shown} and leads to ${led}. Filters take that for phishing; name the same site or use words`
    findings.push({ level: 'warning', code: 'misleading_link', message, where: 'body', line: null })
  }
  return findings
}

function isSameSite(one: string, other: string): boolean {
  const [shown, led] = [one, other].map((host) => host.replace(/^www\./, '')) as [string, string]
  return shown === led || led.endsWith(`.${shown}`) || shown.endsWith(`.${led}`)
}
