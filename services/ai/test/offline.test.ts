import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { copySetSchema, strategySchema } from '../src/crew/copy.ts'
import { likeness } from '../src/crew/critique.ts'
import { shorten } from '../src/crew/plain-text.ts'
import { composeCopies, composeStrategy, dateOf } from '../src/offline/compose.ts'
import { buildBrand, buildBrief } from './factories.ts'

function compose(brief = buildBrief(), brand = buildBrand()) {
  const given = { brief, brand }
  const strategy = composeStrategy(given)
  return { strategy, copies: composeCopies(given, strategy) }
}
const allWords = ({
  subject,
  preheader,
  headline,
  paragraphs,
  points,
  closing,
}: ReturnType<typeof compose>['copies'][number]) =>
  [subject, preheader, headline, ...paragraphs, ...points, closing].filter((line) => line !== '').join('\n')

describe('the offline writer', () => {
  test('writes the same for the same brief, brand and seed', () => {
    assert.deepEqual(compose(buildBrief({ seed: 7 })), compose(buildBrief({ seed: 7 })))
  })

  test('writes something else for another seed', () => {
    const drafts = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => JSON.stringify(compose(buildBrief({ seed })).copies)))
    assert.ok(drafts.size >= 7, `${drafts.size} different drafts of 8`)
  })

  test('writes variants that differ', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { copies } = compose(buildBrief({ variants: 5, seed }))
      assert.equal(copies.length, 5)
      assert.equal(new Set(copies.map((copy) => copy.subject)).size, 5)
      for (const copy of copies) {
        for (const other of copies) if (other !== copy) assert.ok(likeness(copy, other) < 0.85)
      }
    }
  })

  test('adds a variant without changing the others', () => {
    const two = compose(buildBrief({ variants: 2 })).copies
    assert.deepEqual(compose(buildBrief({ variants: 4 })).copies.slice(0, 2), two)
  })

  test('speaks of a date only when the brief names one', () => {
    const dated = compose(buildBrief({ offer: 'Seeds at half price until 30 June', variants: 2 }))
    assert.match(dated.strategy.variants[1]?.idea ?? '', /^date/)
    assert.match(allWords(dated.copies[1] as never), /until 30 June/i)
    for (const seed of [1, 2, 3, 4, 5]) {
      const { strategy } = compose(buildBrief({ variants: 5, seed }))
      assert.ok(strategy.variants.every(({ idea }) => !idea.startsWith('date')))
    }
  })

  test('states no figure that the brief and the brand do not', () => {
    for (const seed of Array(30).keys()) {
      for (const copy of compose(buildBrief({ variants: 5, seed })).copies) {
        assert.deepEqual(
          (allWords(copy).match(/\d+/g) ?? []).filter((number) => number !== '24'),
          [],
        )
      }
    }
  })

  test('keeps the goal and the audience to itself', () => {
    for (const copy of compose(buildBrief({ variants: 5 })).copies) {
      assert.doesNotMatch(allWords(copy), /Fill the spring|Past customers/)
    }
  })

  test('chooses its own phrases without the words the brand avoids', () => {
    const avoid = ['drum roll', 'ta-da']
    for (const seed of Array(20).keys()) {
      const { copies } = compose(buildBrief({ tone: 'playful', seed }), buildBrand({ avoid }))
      for (const copy of copies) assert.doesNotMatch(allWords(copy), /drum roll|ta-da/i)
    }
  })

  test('writes in every tone from a brief of three fields', () => {
    for (const tone of ['friendly', 'plain', 'formal', 'playful'] as const) {
      const brief = buildBrief({ tone, offer: '', audience: '', facts: [], variants: 5 })
      const { strategy, copies } = compose(brief, buildBrand({ name: '', description: '', website: '' }))
      strategySchema(5).parse(strategy)
      copySetSchema(5).parse({ variants: copies })
      for (const copy of copies) assert.doesNotMatch(allWords(copy), /\{\w*\}|undefined|\s{2,}(?!\n)/)
    }
  })

  test('keeps subjects short enough for a phone', () => {
    const brief = buildBrief({ offer: 'An offer that goes on and on and on '.repeat(20), variants: 5 })
    for (const copy of compose(brief).copies) assert.ok(copy.subject.length <= 60, copy.subject)
  })
})

describe('a text is cut', () => {
  const table: [text: string, max: number, cut: string][] = [
    ['short enough', 20, 'short enough'],
    ['herbs on a balcony', 12, 'herbs'],
    ['half price until 30 June', 20, 'half price'],
    ['Donaudampfschifffahrt', 5, 'Donau'],
    ['on the', 4, 'on'],
  ]
  for (const [text, max, cut] of table) test(`${text} at ${max}`, () => assert.equal(shorten(text, max), cut))
})

describe('a date in a brief is found in', () => {
  const table: [text: string, found: string | undefined][] = [
    ['Half price until 30 June', 'until 30 June'],
    ['Doors open on Friday', 'on Friday'],
    ['Ends 2026-06-30 at noon', '2026-06-30'],
    ['From May 3rd, 2026 for everyone', 'From May 3rd, 2026'],
    ['A march through the woods', undefined],
    ['You may come', undefined],
  ]
  for (const [offer, found] of table) {
    test(offer, () => assert.equal(dateOf({ brief: buildBrief({ offer, facts: [] }), brand: buildBrand() }), found))
  }
})
