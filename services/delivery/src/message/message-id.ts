import type { Keys } from '@fanfare/kernel'
import { domainOf } from './addresses.ts'

/**
 * The Message-ID of a delivery, without its brackets: 128 bits that only this installation can derive, the same on every
 * try, so that a second copy can be told from a second message.
 */
export function messageIdOf(keys: Pick<Keys, 'sign'>, deliveryId: string, fromAddress: string): string {
  const mac = keys.sign('delivery.message-id', Buffer.from(deliveryId))
  return `${Buffer.from(mac).toString('hex')}@${domainOf(fromAddress)}`
}
