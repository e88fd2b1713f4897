import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DraftVariant } from '../src/contract.ts'
import { checkCompliance } from '../src/crew/compliance.ts'
import type { Copy } from '../src/crew/copy.ts'
import { critique } from '../src/crew/critique.ts'
import { layOut } from '../src/crew/layout.ts'
import { buildBrand, buildBrief, buildCopy } from './factories.ts'

function check(copy: Partial<Copy> = {}, change: (variant: DraftVariant) => DraftVariant = (variant) => variant) {
  const brief = buildBrief()
  const whole = buildCopy(copy)
  const brand = buildBrand({ avoid: ['cheap', 'act fast'] })
  return checkCompliance({ copy: whole, variant: change(layOut(whole, brief)), brief, brand })
}
const withBody = (from: string, to: string) => (variant: DraftVariant) => ({
  ...variant,
  body: variant.body.replace(from, to),
})

test('a draft that keeps to the brief passes every gate', () => {
  assert.deepEqual(check(), [])
})

describe('a gate refuses', () => {
  const errors: [title: string, found: ReturnType<typeof check>, message: RegExp][] = [
    [
      'a link to another host',
      check({}, withBody('https://example.com/workshop', 'https://evil.example/')),
      /evil\.example/,
    ],
    ['an address in the words', check({ closing: 'See https://evil.example/x' }), /evil\.example/],
    [
      'a link with an encoded host',
      check({}, withBody('https://example.com/workshop', '&#106;avascript:alert(1)')),
      /javascript|106/,
    ],
    ['a figure nobody stated', check({ points: ['Rated 4.9 by 1,200 people'] }), /4\.9|49|1200/],
    ['a word the brand avoids', check({ headline: 'Cheap herbs' }), /cheap/],
    ['a phrase the brand avoids', check({ closing: 'ACT FAST.' }), /act fast/],
    ['a missing way out', check({}, withBody('{{unsubscribe_url}}', 'https://example.com/u')), /unsubscribe/],
    ['a missing postal address', check({}, withBody('{{sender_address}}', '')), /postal address/],
  ]
  for (const [title, found, message] of errors) {
    test(title, () => {
      const errorTexts = found.filter((remark) => remark.level === 'error').map((remark) => remark.text)
      assert.ok(
        errorTexts.some((text) => message.test(text)),
        JSON.stringify(found),
      )
    })
  }
})

describe('a gate warns of', () => {
  const warnings: [title: string, found: ReturnType<typeof check>, message: RegExp][] = [
    ['phrases that filters dislike', check({ subject: 'Act now: herbs' }), /act now/],
    ['shouting', check({ subject: 'HERBS BALCONY' }), /HERBS, BALCONY/],
    ['a heap of exclamation marks', check({ subject: 'Herbs!!!' }), /3 exclamation/],
  ]
  for (const [title, found, message] of warnings) {
    test(title, () => {
      assert.deepEqual(
        found.map((remark) => remark.level),
        ['warning'],
      )
      assert.match(found[0]?.text ?? '', message)
    })
  }

  test('a brand without a postal address', () => {
    const copy = buildCopy()
    const brief = buildBrief()
    const found = checkCompliance({
      copy,
      variant: layOut(copy, brief),
      brief,
      brand: buildBrand({ postalAddress: '' }),
    })
    assert.deepEqual(
      found.map((remark) => remark.level),
      ['warning'],
    )
  })
})

describe('the critic counts', () => {
  const table: [title: string, copy: Partial<Copy>, message: RegExp][] = [
    ['a subject too long for a phone', { subject: 'word '.repeat(20).trim() }, /99 characters/],
    ['a missing preheader', { preheader: '' }, /no preheader/],
    ['a preheader that repeats the subject', { preheader: 'spring workshop' }, /repeats/],
    ['a body with too few words', { paragraphs: ['Hi.'], points: [], closing: '' }, /1 words/],
    ['a body with too many', { paragraphs: ['word. '.repeat(300)] }, /Most readers leave/],
    ['a sentence that never ends', { paragraphs: ['and on '.repeat(25)] }, /Split it/],
  ]
  for (const [title, copy, message] of table) {
    test(title, () => {
      const found = critique(buildCopy(copy), []).filter((remark) => remark.level === 'warning')
      assert.ok(
        found.some((remark) => message.test(remark.text)),
        JSON.stringify(found),
      )
    })
  }

  test('two variants that say the same', () => {
    const found = critique(buildCopy(), [buildCopy(), buildCopy({ label: 'B' })])
    assert.match(found.at(-1)?.text ?? '', /almost the same as B/)
  })
})
