import { expect, test } from 'vitest'
import { evenShares } from '../src/pages/campaigns/steps.ts'

test.each([1, 2, 3, 7, 10])('the shares of %i variants add up to 100 and differ by one at most', (count) => {
  const shares = evenShares(count)
  expect(shares).toHaveLength(count)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100)
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
})
