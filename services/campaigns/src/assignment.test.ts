import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { assignVariant } from './assignment.ts'

const campaignId = '0190d1c4-0000-7000-8000-000000000001'

/** The same made-up ids in every run: a test of balance must not depend on luck. */
function contactIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const hex = createHash('md5').update(`contact ${index}`).digest('hex')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  })
}

function countsOf(values: readonly (string | null)[]): Map<string | null, number> {
  const counts = new Map<string | null, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** Within three standard deviations of a binomial count. */
function assertBalanced(count: number, total: number, share: number): void {
  const deviation = Math.sqrt(total * share * (1 - share))
  assert.ok(Math.abs(count - total * share) <= 3 * deviation, `${count} of ${total} is not ${share * 100} %`)
}

const shareTable: { name: string; shares: number[]; holdoutPercent: number }[] = [
  { name: 'even halves', shares: [50, 50], holdoutPercent: 0 },
  { name: 'uneven shares', shares: [10, 25, 65], holdoutPercent: 0 },
  { name: 'halves beside a holdout', shares: [50, 50], holdoutPercent: 10 },
  { name: 'a share of nothing', shares: [0, 100], holdoutPercent: 50 },
]

for (const { name, shares, holdoutPercent } of shareTable) {
  test(`${name}: 100 000 contacts fall within three sigma of the shares`, () => {
    const variants = shares.map((share, index) => ({ id: `v${index}`, share }))
    const counts = countsOf(
      contactIds(100_000).map((contactId) => assignVariant({ id: campaignId, holdoutPercent, variants }, contactId)),
    )
    const held = counts.get(null) ?? 0
    assertBalanced(held, 100_000, holdoutPercent / 100)
    shares.forEach((share, index) => {
      assertBalanced(counts.get(`v${index}`) ?? 0, 100_000 - held, share / 100)
    })
  })
}

test('a contact keeps the variant whoever asks and however often', () => {
  const campaign = {
    id: campaignId,
    holdoutPercent: 20,
    variants: [
      { id: 'a', share: 30 },
      { id: 'b', share: 70 },
    ],
  }
  const ids = contactIds(1_000)
  assert.deepEqual(
    ids.map((id) => assignVariant(campaign, id)),
    ids
      .toReversed()
      .map((id) => assignVariant(structuredClone(campaign), id))
      .toReversed(),
  )
})

test('the assignment of known ids never changes between releases', () => {
  const campaign = {
    id: campaignId,
    holdoutPercent: 25,
    variants: [
      { id: 'a', share: 50 },
      { id: 'b', share: 50 },
    ],
  }
  const got = contactIds(12)
    .map((id) => assignVariant(campaign, id) ?? '-')
    .join('')
  assert.equal(got, '-ba-ba-aaa-a')
})

test('another campaign draws anew', () => {
  const variants = [
    { id: 'a', share: 50 },
    { id: 'b', share: 50 },
  ]
  const same = contactIds(10_000).filter(
    (id) =>
      assignVariant({ id: campaignId, holdoutPercent: 0, variants }, id) ===
      assignVariant({ id: '0190d1c4-0000-7000-8000-000000000002', holdoutPercent: 0, variants }, id),
  )
  assertBalanced(same.length, 10_000, 0.5)
})

test('a larger holdout keeps those who were held out', () => {
  const variants = [{ id: 'a', share: 100 }]
  for (const id of contactIds(2_000)) {
    const small = assignVariant({ id: campaignId, holdoutPercent: 10, variants }, id)
    const large = assignVariant({ id: campaignId, holdoutPercent: 30, variants }, id)
    if (small === null) assert.equal(large, null)
  }
})

test('shares that do not reach 100 are refused instead of dropping people', () => {
  const campaign = { id: campaignId, holdoutPercent: 0, variants: [{ id: 'a', share: 0 }] }
  assert.throws(() => assignVariant(campaign, contactIds(1)[0] as string), /add up to 0, not to 100/)
})
