import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrastOf, contrastOfAccent, leastContrast, parseColour, passingColour, shadesOf } from './colours.ts'

const colour = fc
  .tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 255 })))
  .map((channels) => `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`)

test('contrast is that of WCAG', () => {
  const known = [
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#0000ff', '#ffffff', 8.59],
    ['#ff0000', '#ffffff', 4],
  ] as const
  for (const [one, other, contrast] of known) {
    assert.equal(Math.round(contrastOf(one, other) * 100) / 100, contrast)
    assert.equal(contrastOf(one, other), contrastOf(other, one))
  }
})

test('a colour is told from what is none', () => {
  for (const [text, parsed] of [
    ['#ABC', '#aabbcc'],
    ['5b4fcf', '#5b4fcf'],
    [' #5B4FCF ', '#5b4fcf'],
    ['red', undefined],
    ['#5b4fcf80', undefined],
    ['#5b4fc', undefined],
    ['#5b4fcf;background:url(//x)', undefined],
    ['', undefined],
  ] as const)
    assert.equal(parseColour(text), parsed, text)
})

test('what is suggested for any colour passes, and is the colour itself when that does', () => {
  fc.assert(
    fc.property(colour, fc.constantFrom('light', 'dark'), (accent, scheme) => {
      const passing = passingColour(accent, scheme)
      assert.ok(contrastOfAccent(passing, scheme) >= leastContrast, `${accent} → ${passing}`)
      if (contrastOfAccent(accent, scheme) >= leastContrast) assert.equal(passing, accent)
      else assert.ok(contrastOfAccent(passing, scheme) < leastContrast + 0.35, `${accent} → ${passing} goes too far`)
    }),
    { numRuns: 500 },
  )
})

test('of any accent that passes, the shades for dark pages read on them', () => {
  fc.assert(
    fc.property(colour, (any) => {
      const accent = passingColour(any, 'light')
      const shades = shadesOf(accent, undefined)
      assert.equal(shades.length, 10)
      assert.equal(shades[6], accent)
      for (const shade of shades) assert.equal(parseColour(shade), shade)
      for (const place of [2, 3, 4]) assert.ok(contrastOfAccent(shades[place] as string, 'dark') >= leastContrast)
    }),
    { numRuns: 500 },
  )
})

test('an accent of one’s own for dark pages is used there', () => {
  assert.equal(shadesOf('#5b4fcf', '#ffcc00')[3], '#ffcc00')
})
