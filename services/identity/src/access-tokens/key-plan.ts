/** A signing key as far as its time goes. */
export interface KeyTime {
  readonly number: number
  readonly signsFrom: Date
}

export interface KeyPlan<Key extends KeyTime> {
  /** Signs now; undefined when there is none yet. */
  readonly signing: Key | undefined
  /** Shown and believed: what signs, what will, and what has signed a token that may still be about. */
  readonly published: readonly Key[]
  /** Nothing that they signed is still good. */
  readonly spent: readonly Key[]
  /** When the next key is to sign from, if it is time to make it. */
  readonly nextFrom: Date | undefined
}

/** A key is shown this long before it signs, so that whoever keeps a copy of the set has read it by then. */
export const publishAheadMs = 60 * 60_000
/** Longer than any token lives, with room for clocks that differ. */
const overlapMs = 30 * 60_000

/** What each key is for now. `keys` are in the order of their numbers. */
export function planKeys<Key extends KeyTime>(keys: readonly Key[], now: Date, rotateAfterMs: number): KeyPlan<Key> {
  const time = now.getTime()
  const signing = keys.findLast((key) => key.signsFrom.getTime() <= time)
  const isSpent = (_key: Key, index: number) => {
    const successor = keys[index + 1]
    return successor !== undefined && successor.signsFrom.getTime() + overlapMs < time
  }
  return {
    signing,
    published: keys.filter((key, index) => !isSpent(key, index)),
    spent: keys.filter(isSpent),
    nextFrom: nextFrom(keys.at(-1), signing, time, rotateAfterMs),
  }
}

function nextFrom(last: KeyTime | undefined, signing: KeyTime | undefined, time: number, rotateAfterMs: number) {
  if (last === undefined || signing === undefined) return new Date(time)
  const due = last.signsFrom.getTime() + rotateAfterMs - publishAheadMs
  return time >= due ? new Date(time + publishAheadMs) : undefined
}
