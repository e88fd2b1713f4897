import type { SetCookie } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import type { OpenedSession } from './open-session.ts'

export const sessionCookie = 'fanfare_session'

/** What the reply to a sign-in or a step-up gives to the browser. */
export function sessionCookies({ config }: Pick<Deps, 'config'>, { token }: Pick<OpenedSession, 'token'>): SetCookie[] {
  return [{ name: sessionCookie, value: token, maxAgeSeconds: Math.round(config.sessionDays * 24 * 60 * 60) }]
}

/** What the reply to a sign-out takes from the browser. */
export const noSessionCookies: readonly SetCookie[] = [{ name: sessionCookie, value: '', maxAgeSeconds: 0 }]
