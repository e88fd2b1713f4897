/** Destinations of senders that this process leaves alone for a moment; what lasts longer is in the database. */
export interface Holds {
  hold(senderId: string, destination: string, forMs: number): void
  isHeld(senderId: string, destination: string): boolean
  /** Destinations of a sender that are held, and for how many milliseconds at least one still is. */
  of(senderId: string): { readonly destinations: readonly string[]; readonly leastMs: number }
}

export function createHolds(nowMs: () => number = () => performance.now()): Holds {
  const untilMs = new Map<string, Map<string, number>>()
  function current(senderId: string): Map<string, number> {
    const held = untilMs.get(senderId) ?? new Map<string, number>()
    for (const [destination, until] of held) if (until <= nowMs()) held.delete(destination)
    if (held.size === 0) untilMs.delete(senderId)
    return held
  }
  return {
    hold(senderId, destination, forMs) {
      const held = current(senderId)
      held.set(destination, Math.max(nowMs() + forMs, held.get(destination) ?? 0))
      untilMs.set(senderId, held)
    },
    isHeld: (senderId, destination) => (untilMs.get(senderId)?.get(destination) ?? 0) > nowMs(),
    of(senderId) {
      const held = current(senderId)
      return {
        destinations: [...held.keys()],
        leastMs: Math.min(...[...held.values()].map((until) => until - nowMs())),
      }
    },
  }
}
