import type { Brand, Brief, Strategy } from '../contract.ts'
import { type Copy, variantLabels } from '../crew/copy.ts'
import { clause, holdsPhrase, oneLine, sentence, shorten } from '../crew/plain-text.ts'
import {
  type Angle,
  bridges,
  closings,
  headlines,
  ideas,
  introductions,
  openings,
  type Phrases,
  subjects,
} from './phrases.ts'
import { createRandom, pick, type Random, shuffle } from './random.ts'

export interface Given {
  readonly brief: Brief
  readonly brand: Brand
}

/** What the strategist decides: which angles, in which order, and which stated facts support them. */
export function composeStrategy(given: Given): Strategy {
  const { brief } = given
  const random = createRandom(brief.seed)
  const chosen = anglesOf(given, random).slice(0, brief.variants)
  const facts = factsOf(given)
  return {
    angle: ideas[chosen[0] ?? 'benefit'],
    keyMessage: sentence(coreOf(given)),
    proof: facts.slice(0, 5),
    variants: chosen.map((angle, index) => ({
      label: variantLabels[index] as string,
      idea: `${angle}: ${ideas[angle]}`,
    })),
  }
}

/** The words of every variant. Each has its own chance, so that one more variant changes none of the others. */
export function composeCopies(given: Given, strategy: Strategy): Copy[] {
  return strategy.variants.map(({ label, idea }, index) => {
    const random = createRandom((given.brief.seed + 1) * 31 + index * 7919)
    return composeCopy(given, random, { label, angle: angleOf(idea) })
  })
}

function composeCopy(given: Given, random: Random, { label, angle }: { label: string; angle: Angle }): Copy {
  const { tone } = given.brief
  const say = (phrases: Phrases, max = 300) => fill(given, pick(random, allowed(phrases, given.brand.avoid)), max)
  const core = sentence(coreOf(given))
  const opening = say(openings[tone][angle])
  const facts = shuffle(random, factsOf(given)).filter((fact) => fact !== core)
  const points = angle === 'plain' ? [] : facts.slice(0, angle === 'facts' ? 6 : 3)
  const bridge = points.length > 0 && angle !== 'facts' ? [say(bridges[tone])] : []
  return {
    label,
    subject: say(subjects[angle], 60),
    preheader: preheaderOf(given, facts),
    headline: say(headlines[angle], 80),
    paragraphs: [...paragraphsOf(given, angle, { opening, core, introduction: say(introductions[tone]) }), ...bridge],
    points,
    closing: angle === 'plain' ? '' : say(closings[tone]),
    rationale: `${ideas[angle]}. Every statement is taken from the brief or the brand.`,
  }
}

function paragraphsOf(
  { brand }: Given,
  angle: Angle,
  { opening, core, introduction }: { opening: string; core: string; introduction: string },
): string[] {
  const about = angle === 'story' ? sentence(brand.description) : ''
  if (about !== '' && about !== core) return [`${opening} ${about}`, `${introduction} ${core}`]
  return angle === 'question' ? [opening, core] : [`${opening} ${core}`]
}

/** Date first when the brief names one; otherwise there is no urgency to speak of. */
function anglesOf(given: Given, random: Random): Angle[] {
  const rest = shuffle<Angle>(random, ['question', 'story', 'facts', 'plain'])
  return dateOf(given) === undefined ? ['benefit', ...rest] : ['benefit', 'date', ...rest]
}

function angleOf(idea: string): Angle {
  const name = idea.split(':', 1)[0] as Angle
  return name in ideas ? name : 'benefit'
}

/** What the email is about: the offer, or the nearest thing the brief and the brand state. */
function coreOf({ brief, brand }: Given): string {
  const stated = [brief.offer, brief.facts[0], brand.facts[0], brand.description, brief.callToAction.label]
  return stated.map((text) => oneLine(text ?? '')).find((text) => text !== '') ?? brief.callToAction.label
}

function factsOf({ brief, brand }: Given): string[] {
  return [...new Set([...brief.facts, ...brand.facts].map(sentence))].filter((fact) => fact !== '')
}

function preheaderOf({ brief, brand }: Given, facts: readonly string[]): string {
  const [first] = facts
  return shorten(
    first ??
      (brand.name === ''
        ? clause(brief.callToAction.label)
        : `${clause(brief.callToAction.label)}, with ${oneLine(brand.name)}`),
    110,
  )
}

/** A phrase with its words put in, at most `max` characters long: the topic gives way. */
function fill(given: Given, phrase: string, max: number): string {
  const words: Readonly<Record<string, string>> = {
    brand: shorten(oneLine(given.brand.name) || 'us', 30),
    when: dateOf(given) ?? '',
  }
  const around = phrase.replace(/\{(brand|when)\}/g, (_, name: string) => words[name] ?? '')
  const room = Math.max(12, max - around.length + '{topic}'.length)
  const filled = shorten(
    around.replace('{topic}', () => shorten(topicOf(given), room)),
    max,
  )
  return filled.charAt(0).toLocaleUpperCase('en') + filled.slice(1)
}

/** The first sentence of what it is about. */
function topicOf(given: Given): string {
  return clause(coreOf(given).split(/(?<=[.!?])\s/, 1)[0] as string)
}

const month = '(?:january|february|march|april|may|june|july|august|september|october|november|december)'
const weekday = '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)'
const day = `(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th)? ${month}(?: \\d{4})?|${month} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|${weekday})`
const datePattern = new RegExp(
  `\\b(?:(?:only |just )?(?:until|till|by|before|from|on|starting|this|next) )?${day}\\b`,
  'i',
)

/** A date as the brief puts it, with the word before it: `until 30 June`. */
export function dateOf({ brief }: Given): string | undefined {
  return datePattern.exec(oneLine([brief.offer, ...brief.facts].join(' · ')))?.[0]
}

function allowed(phrases: Phrases, avoid: readonly string[]): Phrases {
  const [first, ...rest] = phrases.filter((phrase) => !avoid.some((word) => holdsPhrase(phrase, word)))
  return first === undefined ? phrases : [first, ...rest]
}
