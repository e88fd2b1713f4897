import { isProblem } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'

/** What a sealed secret is bound to: it opens in its own row only. */
function contextOf(tenantId: string, webhookId: string): string {
  return `delivery.webhook.secret:${tenantId}:${webhookId}`
}

export function sealSecret({ keys }: Pick<Deps, 'keys'>, tenantId: string, webhookId: string, secret: string): string {
  return keys.seal(secret, contextOf(tenantId, webhookId))
}

/** The secrets that sign just now, the current one first; none when the master key that sealed them is gone. */
export function secretsOf(
  { keys }: Pick<Deps, 'keys'>,
  tenantId: string,
  webhook: { readonly id: string; readonly secret: string; readonly previous_secret: string | null },
): string[] {
  try {
    return [webhook.secret, webhook.previous_secret]
      .filter((sealed) => sealed !== null)
      .map((sealed) => keys.open(sealed, contextOf(tenantId, webhook.id)))
  } catch (error) {
    if (isProblem(error, 'keys.unreadable')) return []
    throw error
  }
}
