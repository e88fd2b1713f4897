import { randomUUID } from 'node:crypto'
import { type AnyService, Events } from '@fanfare/kernel'
import type { TestApp } from '@fanfare/testkit'
import { sql } from 'kysely'
import { Settled, type WebhookEventType } from '../src/contract.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { openStage, type Stage } from './stage.ts'

/** Delivery where webhooks may be on this machine. */
export function openWebhookStage(config: Record<string, unknown> = {}, others: readonly AnyService[] = []) {
  return openStage({ allowPrivateWebhooks: 'true', webhookTimeoutMs: 1_000, ...config }, others)
}

export interface BuiltWebhook {
  readonly tenantId: string
  readonly id: string
  readonly secret: string
}

export async function buildWebhook(
  { app }: Pick<Stage, 'app'>,
  url: string,
  { tenantId = app.tenant(), types = ['message.accepted'] }: { tenantId?: string; types?: WebhookEventType[] } = {},
): Promise<BuiltWebhook> {
  const made = await app.as({ tenantId, role: 'owner' }).post('/v1/webhooks', { url, types })
  if (made.status !== 201) throw new Error(made.text)
  return { tenantId, id: made.body.id, secret: made.body.secret }
}

/** Says that messages were accepted, as the engine does, and returns their ids once webhooks are told of it. */
export async function settle({ app }: Pick<Stage, 'app'>, tenantId: string, count = 1): Promise<string[]> {
  const deliveryIds = Array.from({ length: count }, () => randomUUID())
  const contactIds = deliveryIds.map(() => null)
  const groups = [{ variantId: null, state: 'accepted' as const, deliveryIds, contactIds }]
  await app.db.withTenant(tenantId, () =>
    app.get(Events).publish(Settled, { campaignId: null, at: app.clock.now().toISOString(), groups }),
  )
  await app.get(Events).drain()
  return deliveryIds
}

/** Makes all times of a workspace's webhooks lie so much further back: what the database calls now, tests cannot move. */
export async function elapse({ app }: Pick<Stage, 'app'>, tenantId: string, ms: number): Promise<void> {
  const by = sql`make_interval(secs => ${ms / 1_000}::float8)`
  await app.db.as<DeliveryTables>().withTenant(tenantId, async (trx) => {
    await sql`
      update delivery.webhook set failing_since = failing_since - ${by}, rests_until = rests_until - ${by},
        previous_until = previous_until - ${by}
      where tenant_id = ${tenantId}`.execute(trx)
    await sql`
      update delivery.webhook_message set next_at = next_at - ${by}
      where tenant_id = ${tenantId}`.execute(trx)
  })
}

/** The messages of a webhook as the API lists them, the oldest first. */
export async function messagesOf({ app }: { app: TestApp }, { tenantId, id }: BuiltWebhook) {
  const reply = await app.as({ tenantId, role: 'owner' }).get(`/v1/webhooks/${id}/messages?limit=100`)
  return (
    reply.body.rows as { id: string; state: string; attempts: number; nextAt: string; lastStatus: number }[]
  ).reverse()
}

export async function webhookOf({ app }: { app: TestApp }, { tenantId, id }: BuiltWebhook) {
  return (await app.as({ tenantId, role: 'owner' }).get(`/v1/webhooks/${id}`)).body
}
