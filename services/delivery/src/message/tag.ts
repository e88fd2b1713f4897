import type { Keys } from '@fanfare/kernel'
import { uuidOf } from '../uuid.ts'

/** What a tag says: which delivery of which workspace. */
export interface DeliveryRef {
  readonly tenantId: string
  readonly deliveryId: string
}

const keyPurpose = 'delivery.tag'
const payloadBytes = 32
/** Short, because a local part has room for 64 octets (RFC 5321 §4.5.3.1.1) and a guess costs whoever guesses a message. */
const macBytes = 6
/** Of `base32hex` (RFC 4648 §7): lower case, since servers on the way may change the case of an address. */
const digits = '0123456789abcdefghijklmnopqrstuv'
export const tagLength = Math.ceil(((payloadBytes + macBytes) * 8) / 5)

/**
 * A delivery as a signed word of 61 lower-case letters and digits, for where a message is named by a text that others
 * send back: its Message-ID, the address that bounces go to, a provider's custom argument.
 */
export function encodeTag(keys: Pick<Keys, 'sign'>, { tenantId, deliveryId }: DeliveryRef): string {
  const payload = Buffer.from((tenantId + deliveryId).replaceAll('-', ''), 'hex')
  return base32(Buffer.concat([payload, keys.sign(keyPurpose, payload).subarray(0, macBytes)]))
}

/** The delivery that a tag names, or undefined when the tag was not made here. */
export function decodeTag(keys: Pick<Keys, 'verify'>, text: string): DeliveryRef | undefined {
  const tag = text.toLowerCase()
  if (tag.length !== tagLength || !/^[0-9a-v]+$/.test(tag)) return undefined
  const bytes = bytesOf(tag)
  // The unused bits of the last digit would allow other spellings.
  if (base32(bytes) !== tag) return undefined
  const payload = bytes.subarray(0, payloadBytes)
  if (!keys.verify(keyPurpose, payload, bytes.subarray(payloadBytes), macBytes)) return undefined
  return { tenantId: uuidOf(payload.subarray(0, 16)), deliveryId: uuidOf(payload.subarray(16)) }
}

function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += digits[(value >>> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + digits[(value << (5 - bits)) & 31] : text
}

function bytesOf(text: string): Buffer {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const digit of text) {
    value = (value << 5) | digits.indexOf(digit)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >>> bits) & 255)
    value &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}
