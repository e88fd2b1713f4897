import type { Keys } from '@fanfare/kernel'
import { hashToken } from '../tokens.ts'

const purpose = 'identity.csrf'

/**
 * The word that a page of ours sends along with each unsafe request. It is made from the session's token, so one of another
 * session, or of the same before it was raised, is worth nothing:
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function csrfTokenOf(keys: Pick<Keys, 'sign'>, sessionToken: string): string {
  return Buffer.from(keys.sign(purpose, payloadOf(sessionToken))).toString('base64url')
}

export function isCsrfTokenOf(keys: Pick<Keys, 'verify'>, sessionToken: string, given: string): boolean {
  return keys.verify(purpose, payloadOf(sessionToken), Buffer.from(given, 'base64url'))
}

function payloadOf(sessionToken: string): Buffer {
  return Buffer.from(hashToken(sessionToken), 'hex')
}
