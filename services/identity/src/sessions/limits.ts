import type { Deps } from '../deps.ts'

const dayMs = 24 * 60 * 60 * 1_000

/** Sessions not seen since then have ended. */
export function idleLimit({ clock, config }: Pick<Deps, 'clock' | 'config'>): Date {
  return new Date(clock.now().getTime() - config.sessionIdleDays * dayMs)
}
