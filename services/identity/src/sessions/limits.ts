import type { Deps } from '../deps.ts'

const dayMs = 24 * 60 * 60 * 1_000

/** Sessions not seen since then have ended. */
export function idleLimit({ clock, config }: Pick<Deps, 'clock' | 'config'>): Date {
  return new Date(clock.now().getTime() - config.sessionIdleDays * dayMs)
}

/** When a session that was opened then ends, however busy. */
export function endsAt({ config }: Pick<Deps, 'config'>, openedAt: Date): Date {
  return new Date(openedAt.getTime() + config.sessionDays * dayMs)
}

/** When a refresh token that was made then runs out: it has to be used as often as a session. */
export function refreshEndsAt({ config }: Pick<Deps, 'config'>, madeAt: Date): Date {
  return new Date(madeAt.getTime() + config.sessionIdleDays * dayMs)
}
