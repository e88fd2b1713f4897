import type { Brand, Brief, DraftVariant } from '../contract.ts'
import type { Copy } from './copy.ts'
import type { Remark } from './critique.ts'
import { holdsPhrase } from './plain-text.ts'

/** Phrases that filters and readers take for spam; single everyday words are not among them. */
const spamPhrases = [
  ...['100% free', 'act now', 'as seen on', 'buy now', 'cash bonus', 'click below', 'click here', 'congratulations'],
  ...['dear friend', 'double your', 'earn money', 'extra income', 'fast cash', 'free money', 'get rich', 'guaranteed'],
  ...[
    'incredible deal',
    'last chance',
    'limited time',
    'lowest price',
    'make money',
    'miracle',
    'no catch',
    'no obligation',
  ],
  ...[
    'no risk',
    'once in a lifetime',
    'order now',
    'risk free',
    'risk-free',
    'this is not spam',
    'urgent',
    'winner',
    'you won',
  ],
]
const longestSubject = 150

export interface Checked {
  readonly copy: Copy
  readonly variant: DraftVariant
  readonly brief: Brief
  readonly brand: Brand
}

/**
 * The gates. They stand outside every writer and are the same for all: an error here cannot be argued away by a model,
 * and nothing a brief says can open one.
 */
export function checkCompliance(checked: Checked): Remark[] {
  return [
    ...checkLinks(checked),
    ...checkNumbers(checked),
    ...checkAvoided(checked),
    ...checkWaysOut(checked),
    ...checkManners(checked),
  ]
}

/** Links lead to the brief's address or the brand's website, and nowhere else. */
function checkLinks({ variant, brief, brand }: Checked): Remark[] {
  const hosts = new Set([brief.callToAction.url, brand.website].flatMap((url) => hostOf(url) ?? []))
  const links = Array.from(variant.body.matchAll(/\shref="([^"]*)"/g), (match) => decode(match[1] as string))
  const ours = new Set(['{{unsubscribe_url}}', '{{preferences_url}}'])
  const strange = links.filter((link) => !ours.has(link) && !hosts.has(hostOf(link) ?? ''))
  const inWords = textOf(variant, links).filter((link) => !hosts.has(hostOf(link) ?? ''))
  return [...new Set([...strange, ...inWords])].map((link) =>
    error(`A link leads to ${link}, which is neither the brief's address nor the brand's website.`),
  )
}

/** Addresses in the running text; mail programs make links of them. */
function textOf({ subject, preheader, body }: DraftVariant, known: readonly string[]): string[] {
  const found =
    [subject, preheader, decode(body.replace(/<[^>]*>/g, ' '))].join(' ').match(/https?:\/\/[^\s<>"']+/g) ?? []
  return found.filter((link) => !known.includes(link))
}

/** A figure is a claim: each must stand in the brief or the brand. */
function checkNumbers({ copy, brief, brand }: Checked): Remark[] {
  const stated = [
    ...[brief.goal, brief.audience, brief.offer, brief.callToAction.label, ...brief.facts],
    ...[brand.name, brand.description, ...brand.facts],
  ]
  const known = new Set(numbersIn(stated.join(' ')))
  const unknown = [...new Set(numbersIn(wordsOf(copy)).filter((number) => !known.has(number)))]
  return unknown.map((number) => error(`It says ${number}, which neither the brief nor the brand states.`))
}

function checkAvoided({ copy, brand }: Checked): Remark[] {
  const words = wordsOf(copy)
  return brand.avoid
    .filter((phrase) => holdsPhrase(words, phrase))
    .map((phrase) => error(`It uses “${phrase}”, which the brand avoids.`))
}

function checkWaysOut({ variant, brand }: Checked): Remark[] {
  const remarks: Remark[] = []
  if (!variant.body.includes('href="{{unsubscribe_url}}"')) remarks.push(error('There is no link to unsubscribe.'))
  if (!variant.body.includes('{{sender_address}}')) remarks.push(error('There is no postal address of the sender.'))
  else if (brand.postalAddress === '') {
    remarks.push(warning("The brand has no postal address yet; the sender's own will be shown."))
  }
  return remarks
}

function checkManners({ copy, brand }: Checked): Remark[] {
  const words = wordsOf(copy)
  const remarks: Remark[] = []
  if (copy.subject.length > longestSubject) remarks.push(error(`The subject has ${copy.subject.length} characters.`))
  const spam = spamPhrases.filter((phrase) => holdsPhrase(words, phrase))
  if (spam.length > 0) remarks.push(warning(`Filters dislike: ${spam.join(', ')}.`))
  const known = new Set(`${brand.name} ${brand.facts.join(' ')}`.match(/\p{L}+/gu) ?? [])
  const shouted = (words.match(/(?<!\p{L})\p{Lu}{4,}(?!\p{L})/gu) ?? []).filter((word) => !known.has(word))
  if (shouted.length > 1) remarks.push(warning(`It shouts: ${[...new Set(shouted)].join(', ')}.`))
  const marks = words.match(/[!！]/g)?.length ?? 0
  if (marks > 1) remarks.push(warning(`It has ${marks} exclamation marks. One is plenty.`))
  return remarks
}

function wordsOf({ subject, preheader, headline, paragraphs, points, closing }: Copy): string {
  return [subject, preheader, headline, ...paragraphs, ...points, closing].join('\n')
}

function numbersIn(text: string): string[] {
  return (text.match(/\p{Nd}+(?:[.,’']\p{Nd}+)*/gu) ?? []).map((number) => number.replace(/[.,’']/g, ''))
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#123': '{',
  '#125': '}',
}

function decode(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
}

function error(text: string): Remark {
  return { level: 'error', text }
}

function warning(text: string): Remark {
  return { level: 'warning', text }
}
