/** Chance that a seed repeats. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  /** A whole number from `least` to `most`, both possible. */
  between(least: number, most: number): number
  pick<T>(values: readonly T[]): T
  chance(probability: number): boolean
  uuid(): string
}

/** mulberry32: 32 bits of state, plenty for choosing test cases. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  const digits = (count: number) => Array.from({ length: count }, () => between(0, 15).toString(16)).join('')
  return {
    next,
    between,
    pick: (values) => values[between(0, values.length - 1)] as never,
    chance: (probability) => next() < probability,
    uuid: () => `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`,
  }
}
