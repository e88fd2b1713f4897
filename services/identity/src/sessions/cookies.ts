import type { SetCookie } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { deviceCookieOf } from '../limits/known-devices.ts'
import { csrfTokenOf } from './csrf.ts'
import type { OpenedSession } from './open-session.ts'

export const sessionCookie = 'fanfare_session'
/** Read by our pages, which send it back in the header `fanfare-csrf`. */
export const csrfCookie = 'fanfare_csrf'

type CookieDeps = Pick<Deps, 'config' | 'keys'>

/** What the reply to a sign-in or a step-up gives to a browser; nothing when the session is a program's. */
export function sessionCookies(deps: CookieDeps, { carrier, token, device }: OpenedSession): SetCookie[] {
  if (carrier !== 'cookie') return []
  const session = { name: sessionCookie, value: token, maxAgeSeconds: maxAgeSecondsOf(deps) }
  const csrf = csrfCookieOf(deps, csrfTokenOf(deps.keys, token))
  return [session, csrf, ...(device === undefined ? [] : [deviceCookieOf(device)])]
}

export function csrfCookieOf(deps: Pick<Deps, 'config'>, value: string): SetCookie {
  return { name: csrfCookie, value, maxAgeSeconds: maxAgeSecondsOf(deps), readable: true }
}

/** What the reply to a sign-out takes from the browser. */
export const noSessionCookies: readonly SetCookie[] = [
  { name: sessionCookie, value: '', maxAgeSeconds: 0 },
  { name: csrfCookie, value: '', maxAgeSeconds: 0, readable: true },
]

function maxAgeSecondsOf({ config }: Pick<Deps, 'config'>): number {
  return Math.round(config.sessionDays * 24 * 60 * 60)
}
