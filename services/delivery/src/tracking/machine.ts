import { isbot } from 'isbot'

/** What is known of one open or click when it is judged. */
export interface Observation {
  readonly kind: 'open' | 'click'
  readonly method: string
  readonly userAgent: string
  /** Values of Purpose, Sec-Purpose and X-Moz. */
  readonly purposes: readonly string[]
  /** Since the server took the message; undefined while that is not recorded yet. */
  readonly afterAcceptanceMs: number | undefined
  /** Different links of the same message within two seconds around this one, itself included. */
  readonly linksAtOnce: number
  /** The link of this message that only machines follow was followed within ten seconds around this one, or is this one. */
  readonly honeypot: boolean
}

export interface Verdict {
  /** 0 surely a person, 1 surely a machine. */
  readonly machine: number
  readonly signs: string[]
}

/** Words by which programs name themselves, and the makers of link scanners seen in mail; `isbot` knows those of the web. */
const scanners =
  /bot\b|crawl|spider|scan|preview|fetch|monitor|curl\/|wget\/|python|java\/|go-http|okhttp|axios|node-fetch|undici|libwww|headless|phantom|barracuda|mimecast|proofpoint|symantec|trendmicro|safelinks|urldefense|forcepoint|cisco|sophos|zscaler|virustotal|feedfetcher|slack|whatsapp|telegram|facebookexternalhit|skypeuripreview/i
/** Gmail loads images through its proxy when a person opens the message. */
const imageProxy = /GoogleImageProxy|YahooMailProxy/i
const promptMs = 2_000

/** How strongly each sign speaks for a machine. Judged, never thrown away: both figures are shown. */
const weights = {
  honeypot: 1,
  head_request: 1,
  known_program: 0.95,
  no_user_agent: 0.9,
  prefetch: 0.95,
  mail_privacy_proxy: 0.9,
  burst_of_links: 0.9,
  right_after_acceptance: 0.8,
} as const

type Sign = keyof typeof weights

export function judge(observation: Observation): Verdict {
  return verdictOf(signsOf(observation))
}

/** The verdict once more of the message is known. Signs are added and never taken back, so that the order of hits decides nothing. */
export function judgeAgain(
  hit: { readonly kind: 'open' | 'click'; readonly signs: readonly string[] },
  seen: Pick<Observation, 'linksAtOnce' | 'honeypot'>,
): Verdict {
  const known = new Set([...hit.signs, ...signsBeside({ ...seen, kind: hit.kind })])
  return verdictOf((Object.keys(weights) as Sign[]).filter((sign) => known.has(sign)))
}

/** Independent signs add up: the chance that it is none of them shrinks with each. */
function verdictOf(signs: Sign[]): Verdict {
  const human = signs.reduce((left, sign) => left * (1 - weights[sign]), 1)
  return { machine: Math.round((1 - human) * 1_000) / 1_000, signs }
}

function signsOf(seen: Observation): Sign[] {
  const agent = seen.userAgent.trim()
  const signs = signsBeside(seen)
  if (seen.method === 'HEAD') signs.push('head_request')
  if (agent === '') signs.push('no_user_agent')
  // Apple's privacy proxy loads every image with this and nothing else, whether or not anybody reads.
  else if (agent === 'Mozilla/5.0') signs.push('mail_privacy_proxy')
  else if (!imageProxy.test(agent) && isProgram(agent)) signs.push('known_program')
  if (seen.purposes.some((purpose) => /prefetch|preview/i.test(purpose))) signs.push('prefetch')
  if (seen.kind === 'click' && seen.afterAcceptanceMs !== undefined && seen.afterAcceptanceMs <= promptMs) {
    signs.push('right_after_acceptance')
  }
  return signs
}

/** What other hits of the same message say. */
function signsBeside(seen: Pick<Observation, 'kind' | 'linksAtOnce' | 'honeypot'>): Sign[] {
  const signs: Sign[] = []
  if (seen.honeypot) signs.push('honeypot')
  if (seen.kind === 'click' && seen.linksAtOnce >= 2) signs.push('burst_of_links')
  return signs
}

function isProgram(agent: string): boolean {
  return scanners.test(agent) || isbot(agent)
}

/** A coarse name of the program, for reports: never the whole string. */
export function agentClass(userAgent: string): string {
  const agent = userAgent.trim()
  if (agent === '') return 'none'
  if (agent === 'Mozilla/5.0') return 'apple-mail-privacy'
  if (/GoogleImageProxy/i.test(agent)) return 'gmail'
  if (/YahooMailProxy/i.test(agent)) return 'yahoo'
  if (isProgram(agent)) return 'program'
  if (/Outlook|MSOffice/i.test(agent)) return 'outlook'
  if (/iPhone|iPad|Android|Mobile/i.test(agent)) return 'phone'
  return /Mozilla|AppleMail/i.test(agent) ? 'desktop' : 'other'
}
