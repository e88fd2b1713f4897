import type { Keys } from '@fanfare/kernel'
import type { Mailing } from './recipient.ts'
import { type DeliveryRef, decodeTag, encodeTag } from './tag.ts'

const mark = 'b'

/** Where bounces of one message go: an address that names the delivery, signed, or the sender's own. */
export function returnPathOf(
  keys: Pick<Keys, 'sign'>,
  { tenantId, from }: ReturnPathOwner,
  deliveryId: string,
): string {
  if (from.returnPathDomain === '') return from.address
  return `${mark}${encodeTag(keys, { tenantId, deliveryId })}@${from.returnPathDomain}`
}

interface ReturnPathOwner {
  readonly tenantId: string
  readonly from: Pick<Mailing['from'], 'address' | 'returnPathDomain'>
}

/** The delivery that a return path names, or undefined when it was not made here. */
export function deliveryOfReturnPath(keys: Pick<Keys, 'verify'>, address: string): DeliveryRef | undefined {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase()
  return local.startsWith(mark) ? decodeTag(keys, local.slice(mark.length)) : undefined
}
