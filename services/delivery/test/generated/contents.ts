import { readFileSync } from 'node:fs'
import { corpus } from '@fanfare/testkit'
import fc from 'fast-check'
import type { HoledText } from '../../src/transport/letter.ts'

/** A text as the engine gets it: what all share, and one recipient's pieces. */
export interface Holed {
  readonly text: HoledText
  readonly pieces: readonly string[]
}
/** What a message is made of; anything that a person could type, import or paste. */
export interface GeneratedContent {
  readonly fromName: string
  readonly subject: Holed
  readonly text: Holed
  readonly html: Holed
}

const breaks = ['\r\n', '\n', '\r', '\0', '\v', '\f', '\x7f', '\u0085', '\u2028', '\u2029', '\r\n\r\n', '\n.\n', '\r\n.\r\n']
const hostile = [
  ...breaks,
  ...breaks.map((end) => `a${end}Bcc: everybody@example.net${end}${end}body`),
  '.',
  '..',
  '.\n..\n...\n',
  ' ',
  '  two  spaces  ',
  'trailing \t \n \t\n\n',
  '=',
  '=\n',
  '=3D=0D=0A',
  '=?UTF-8?Q?=0ABcc:_x?=',
  '=?utf-8?b?Cg==?=',
  '--=_',
  '"quoted" <a@b.example>, c@d.example;',
  '\\" \\',
  'שלום עולם',
  'مرحبا بالعالم',
  '\u202ertl\u202c',
  'e\u0301\u200d\ufeff',
  '\ufeff',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\ud83d',
  '\udc00x',
  'ẞßΐ',
  `https://example.com/${'a'.repeat(3_000)}?q=${'%C3%A4'.repeat(200)}`,
  'x'.repeat(1_200),
  `${'é'.repeat(700)}`,
  `${'word '.repeat(400)}`,
  `.${'.'.repeat(100)}`,
  '<a href="https://x.example/?a=1&amp;b=2" title=\'>\'>link</a>',
  '<!doctype html>\n<html><body>\n</body></html>\n',
  'From me to you\nFrom: me\n>From',
  '\t\ttabs\t',
]

/** The list of strings that break things, where it is at hand. */
function knownTroubles(): string[] {
  const file = corpus('strings/blns.json')
  return file === undefined ? [] : (JSON.parse(readFileSync(file, 'utf8')) as string[])
}

/**
 * Put together from a few thousand texts that fast-check made, because making each content with it takes a minute.
 * @param seed the same contents again for the same seed
 */
export function generateContents(count: number, seed: number): GeneratedContent[] {
  const trouble = [...hostile, ...knownTroubles()]
  const made = [
    ...fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), { numRuns: 1_000, seed }),
    ...fc.sample(fc.string({ unit: 'grapheme', maxLength: 40 }), { numRuns: 1_000, seed }),
    ...fc.sample(fc.string({ unit: 'binary-ascii', maxLength: 120 }), { numRuns: 500, seed }),
  ]
  const below = numbersFrom(seed)
  const oneOf = (texts: readonly string[]) => texts[below(texts.length)] as string
  const piece = () => (below(10) === 0 ? '' : oneOf(below(2) === 0 ? trouble : made))
  const literal = () => Array.from({ length: below(4) }, piece).join('')
  const holed = (): Holed => {
    const pieces = Array.from({ length: below(4) }, piece)
    return { text: { literals: [literal(), ...pieces.map(literal)] }, pieces }
  }
  return Array.from({ length: count }, () => ({
    fromName: literal(),
    subject: holed(),
    text: holed(),
    html: holed(),
  }))
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
