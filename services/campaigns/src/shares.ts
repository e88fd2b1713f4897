/**
 * Makes shares add up to 100: what is given keeps its proportion, nothing given is split evenly, and the per cent that
 * rounding leaves over go to the largest remainders, the first of equals first.
 */
export function fillShares(given: readonly number[]): number[] {
  const sum = given.reduce((total, share) => total + share, 0)
  const exact = given.map((share) => (sum === 0 ? 100 / given.length : (share * 100) / sum))
  const shares = exact.map(Math.floor)
  const left = 100 - shares.reduce((total, share) => total + share, 0)
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .toSorted((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] ?? 0) + 1
  return shares
}
