import type { Keys } from '@fanfare/kernel'
import { uuidOf } from '../uuid.ts'
import { type TokenPurpose, type TrackingToken, tokenPurposes } from './token.ts'

const keyPurpose = 'delivery.link'
const headLength = 33
const linkLength = 8
const macLength = 16

/**
 * Reads tokens as they were first made: purpose, tenant, delivery and link, then 16 bytes of MAC over them, as base64url.
 * A link in somebody's mailbox works for years.
 */
export function decodeFirstForm(
  keys: Pick<Keys, 'verify'>,
  purpose: TokenPurpose,
  text: string,
): TrackingToken | undefined {
  const length = headLength + (purpose === 'click' ? linkLength : 0)
  const bytes = Buffer.from(text, 'base64url')
  // Another spelling of the same bytes is another token.
  if (bytes.length !== length + macLength || bytes.toString('base64url') !== text) return undefined
  const payload = bytes.subarray(0, length)
  if (payload[0] !== tokenPurposes[purpose] || !keys.verify(keyPurpose, payload, bytes.subarray(length)))
    return undefined
  const token = { tenantId: uuidOf(payload.subarray(1, 17)), deliveryId: uuidOf(payload.subarray(17, 33)) }
  return purpose === 'click' ? { ...token, linkId: payload.subarray(33).toString('hex') } : token
}
