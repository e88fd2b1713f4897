import type { WebhookEvent } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { insertAttempts } from '../store/webhook-claims.ts'
import { insertEnded } from '../store/webhook-messages.ts'
import { getWebhookRow, type WebhookRef } from '../store/webhooks.ts'
import { callWebhook } from './call.ts'
import { attemptOf } from './recorder.ts'
import { secretsOf } from './secrets.ts'

type Needed = Pick<Deps, 'db' | 'keys' | 'ids' | 'clock' | 'config' | 'egress'>

/**
 * Calls a webhook once with an event of the type `webhook.test` and waits for its answer; also one that is switched off, to see
 * whether it works again. It is kept among its messages, not tried again, and says nothing about its health.
 * Problem: `delivery.webhook_missing`.
 */
export async function testWebhook(deps: Needed, ref: WebhookRef, signal: AbortSignal) {
  const { tenantId, webhookId } = ref
  const webhook = await deps.db.withTenant(tenantId, (trx) => getWebhookRow(trx, ref))
  const now = deps.clock.now()
  const previous = webhook.previous_until !== null && webhook.previous_until > now ? webhook.previous_secret : null
  const endpoint = { url: webhook.url, secrets: secretsOf(deps, tenantId, { ...webhook, previous_secret: previous }) }
  const event: WebhookEvent = {
    ...{ type: 'webhook.test', version: 1, timestamp: now.toISOString(), workspaceId: tenantId },
    data: { webhookId },
  }
  const message = { id: deps.ids.next(), payload: JSON.stringify(event) }
  const result = await callWebhook(deps, endpoint, message, signal)
  const delivered = result.kind === 'delivered'
  await deps.db.withTenant(tenantId, async (trx) => {
    const { status } = result
    await insertEnded(trx, { tenantId, webhookId, type: event.type, status, delivered, ...message })
    await insertAttempts(
      trx,
      attemptOf(deps)({ tenantId, message: { webhookId, ...message, attempt: 1, fence: 1 }, result }),
    )
  })
  const { at, durationMs, status, error, response } = result
  return { messageId: message.id, delivered, at: at.toISOString(), durationMs, status, error, response }
}
