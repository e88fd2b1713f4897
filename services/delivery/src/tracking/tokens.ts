import type { Keys } from '@fanfare/kernel'

export const tokenPurposes = { click: 1, open: 2, unsubscribe: 3, preferences: 4 } as const
export type TokenPurpose = keyof typeof tokenPurposes

/** What a link in a message says: which delivery of which workspace, and for a click which of its links. No personal data. */
export interface TrackingToken {
  readonly tenantId: string
  readonly deliveryId: string
  /** 16 hexadecimal digits; only of a click. */
  readonly linkId?: string
}

const keyPurpose = 'delivery.link'
const headLength = 33
const linkLength = 8
const macLength = 16

/** The delivery id of links in a test message: they show their page and change nothing. */
export const testDeliveryId = '00000000-0000-0000-0000-000000000000'

/** Purpose, tenant, delivery and link, then 16 bytes of MAC over them, as base64url. */
export function encodeToken(keys: Pick<Keys, 'sign'>, purpose: TokenPurpose, token: TrackingToken): string {
  const payload = Buffer.from(
    tokenPurposes[purpose].toString(16).padStart(2, '0') +
      hexOf(token.tenantId) +
      hexOf(token.deliveryId) +
      (token.linkId ?? ''),
    'hex',
  )
  return Buffer.concat([payload, keys.sign(keyPurpose, payload)]).toString('base64url')
}

/** What the token says, or undefined when it was not made here for this purpose. */
export function decodeToken(
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

function hexOf(uuid: string): string {
  return uuid.replaceAll('-', '')
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
