import type { Keys } from '@fanfare/kernel'
import { isProviderKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { SenderRow } from '../store/senders.ts'
import { uuidOf } from '../uuid.ts'

/** Which sender of which workspace the address of a webhook is for. */
export interface SenderRef {
  readonly tenantId: string
  readonly senderId: string
}

const keyPurpose = 'delivery.provider-events'
const refBytes = 32
const macBytes = 16

/** Workspace and sender with 16 bytes of MAC over them, as base64url: nobody can guess another. */
export function encodeEventsToken(keys: Pick<Keys, 'sign'>, { tenantId, senderId }: SenderRef): string {
  const ref = Buffer.from((tenantId + senderId).replaceAll('-', ''), 'hex')
  return Buffer.concat([ref, keys.sign(keyPurpose, ref)]).toString('base64url')
}

/** Whom the token is for, or undefined when it was not made here. */
export function decodeEventsToken(keys: Pick<Keys, 'verify'>, text: string): SenderRef | undefined {
  const bytes = Buffer.from(text, 'base64url')
  // Another spelling of the same bytes is another token.
  if (bytes.length !== refBytes + macBytes || bytes.toString('base64url') !== text) return undefined
  const ref = bytes.subarray(0, refBytes)
  if (!keys.verify(keyPurpose, ref, bytes.subarray(refBytes))) return undefined
  return { tenantId: uuidOf(ref.subarray(0, 16)), senderId: uuidOf(ref.subarray(16)) }
}

/** Where a sender's provider is to send its events; null for a sender without a provider. */
export function eventsUrlOf(
  { keys, http }: Pick<Deps, 'keys' | 'http'>,
  { tenant_id, id, kind }: Pick<SenderRow, 'tenant_id' | 'id' | 'kind'>,
): string | null {
  if (!isProviderKind(kind)) return null
  return `${http.publicUrl}/v1/provider-events/${encodeEventsToken(keys, { tenantId: tenant_id, senderId: id })}/${kind}`
}
