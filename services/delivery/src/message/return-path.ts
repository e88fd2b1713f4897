import type { Keys } from '@fanfare/kernel'
import type { Mailing } from './recipient.ts'
import { type DeliveryRef, decodeTag, encodeTag } from './tag.ts'

/** The letter before the tag: what mail to such an address is about. */
const marks = { bounce: 'b', unsubscribe: 'u' } as const
export type SignedPurpose = keyof typeof marks

/** Where bounces of one message go: an address that names the delivery, signed, or the sender's own. */
export function returnPathOf(
  keys: Pick<Keys, 'sign'>,
  { tenantId, from }: ReturnPathOwner,
  deliveryId: string,
): string {
  if (from.returnPathDomain === '') return from.address
  return addressFor('bounce', keys, { tenantId, deliveryId }, from.returnPathDomain)
}

/** Where a mail program writes to when somebody leaves by it, or empty where no mail would come in. */
export function unsubscribeAddressOf(
  keys: Pick<Keys, 'sign'>,
  { tenantId, from }: ReturnPathOwner,
  deliveryId: string,
): string {
  if (from.returnPathDomain === '') return ''
  return addressFor('unsubscribe', keys, { tenantId, deliveryId }, from.returnPathDomain)
}

function addressFor(purpose: SignedPurpose, keys: Pick<Keys, 'sign'>, ref: DeliveryRef, domain: string): string {
  return `${marks[purpose]}${encodeTag(keys, ref)}@${domain}`
}

interface ReturnPathOwner {
  readonly tenantId: string
  readonly from: Pick<Mailing['from'], 'address' | 'returnPathDomain'>
}

/** The delivery that a signed address names and what it is for, or undefined when it was not made here. */
export function readSignedAddress(
  keys: Pick<Keys, 'verify'>,
  address: string,
): { readonly ref: DeliveryRef; readonly purpose: SignedPurpose } | undefined {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase()
  const purpose = local.startsWith(marks.bounce)
    ? 'bounce'
    : local.startsWith(marks.unsubscribe)
      ? 'unsubscribe'
      : undefined
  const ref = purpose && decodeTag(keys, local.slice(1))
  return purpose && ref && { ref, purpose }
}
