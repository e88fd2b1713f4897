import type { NewSender } from '../contract.ts'
import { isProviderKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { SenderRow } from '../store/senders.ts'

/** What a sealed password is bound to: it opens in its own row only. */
export function sealContext(tenantId: string, senderId: string): string {
  return `delivery.sender.password:${tenantId}:${senderId}`
}

/** The same for the key that a provider signs its webhooks with: one is never accepted for the other. */
export function signingKeyContext(tenantId: string, senderId: string): string {
  return `delivery.sender.signing-key:${tenantId}:${senderId}`
}

export interface SenderSecrets {
  readonly password: string | null
  readonly signing_key: string | null
}

/**
 * The sealed secrets of a sender as it will be. Unsaid, the stored ones stay; empty, they go. A secret is never handed to
 * another server or account than it was given for. Problem: `delivery.provider_key_missing`.
 */
export function secretsOf(
  keys: Deps['keys'],
  { tenantId, id }: { tenantId: string; id: string },
  sender: NewSender,
  current?: SenderRow,
): SenderSecrets {
  const stays = current !== undefined && isSameAccount(current, sender)
  const next = (given: string | undefined, stored: string | null, context: string) => {
    if (given === undefined) return stays ? stored : null
    return given === '' ? null : keys.seal(given, context)
  }
  const password = next(sender.password, current?.password ?? null, sealContext(tenantId, id))
  if (isProviderKind(sender.kind) && password === null) {
    throw problem('provider_key_missing', { detail: { kind: sender.kind } })
  }
  const signingKey = next(sender.signingKey, current?.signing_key ?? null, signingKeyContext(tenantId, id))
  return { password, signing_key: sender.kind === 'mailgun' ? signingKey : null }
}

/** Providers' hosts are fixed by their kind and region, so their key can only go where it belongs; a new IAM key has a new secret. */
function isSameAccount(current: SenderRow, sender: NewSender): boolean {
  if (current.kind !== sender.kind) return false
  if (sender.provider?.kind === 'ses' && current.provider?.kind === 'ses') {
    return current.provider.accessKeyId === sender.provider.accessKeyId
  }
  return current.smtp?.host === sender.smtp?.host && current.smtp?.username === sender.smtp?.username
}
