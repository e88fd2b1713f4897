import type { SetCookie } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import { deleteOldDevices, insertKnownDevice } from '../store/attempts.ts'
import type { Trx } from '../store/schema.ts'
import { hashToken, newToken } from '../tokens.ts'

/** Marks a browser on which an account was signed in: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies */
export const deviceCookie = 'fanfare_device'

const yearSeconds = 365 * 24 * 60 * 60
const devicesAnAccount = 20

/**
 * Remembers a browser after its person has shown who they are. Its cookie opens nothing: it lets the owner go on trying their
 * password while strangers' guesses make everybody else wait.
 */
export async function rememberDevice({ clock }: Pick<Deps, 'clock'>, trx: Trx, accountId: string): Promise<string> {
  const token = newToken()
  await insertKnownDevice(trx, accountId, hashToken(token), clock.now())
  await deleteOldDevices(trx, accountId, devicesAnAccount)
  return token
}

export function deviceCookieOf(token: string): SetCookie {
  return { name: deviceCookie, value: token, maxAgeSeconds: yearSeconds }
}
