/** What is killed, and when. */
export interface Kill {
  readonly victim: 'worker' | 'postgres'
  /** In [0, 1): which of the workers that run. */
  readonly pick: number
  /** After the kill before, or the launch; in [0, 1) of the range that the campaign's pace gives. */
  readonly gap: number
  /** How long PostgreSQL stays down, in [0, 1) of a second. */
  readonly rest: number
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One kill in three is PostgreSQL’s, at random places; the first one is a worker’s. */
export function planKills(kills: number, seed: number, withPostgres: boolean): Kill[] {
  const random = randomFrom(seed)
  const ofPostgres = withPostgres ? Math.min(kills - 1, Math.max(Math.round(kills / 3), kills > 2 ? 1 : 0)) : 0
  const order = Array.from({ length: kills - 1 }, (_, index) => ({ at: index + 1, key: random() }))
  const places = new Set(
    order
      .sort((a, b) => a.key - b.key)
      .slice(0, ofPostgres)
      .map(({ at }) => at),
  )
  return Array.from({ length: kills }, (_, index) => ({
    victim: places.has(index) ? 'postgres' : 'worker',
    pick: random(),
    gap: random(),
    rest: random(),
  }))
}

/** How a campaign is sent while things are killed. */
export interface Pace {
  /** What the sink lets through; null lets the engine run as fast as it can. */
  readonly messagesPerSecond: number | null
  readonly gapSeconds: readonly [least: number, most: number]
}

/**
 * Every other campaign is held back, so that a send lasts for several kills and each finds messages on the wire; the others
 * run free, where a kill finds hundreds of outcomes not yet written.
 */
export function paceOf(campaign: number, recipients: number, kills: number): Pace {
  if (campaign % 2 === 1) return { messagesPerSecond: null, gapSeconds: [0.2, 1.5] }
  const seconds = Math.min(40, Math.max(8, kills * 3.5))
  return { messagesPerSecond: recipients / seconds, gapSeconds: [2, 5] }
}

export function gapMs({ gapSeconds: [least, most] }: Pace, { gap }: Kill): number {
  return (least + (most - least) * gap) * 1_000
}
