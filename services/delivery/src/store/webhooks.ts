import type { Trx } from '@fanfare/kernel'
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { WebhookEventType } from '../contract.ts'
import { problem } from '../errors.ts'
import type { WebhookTable } from './tables/webhook.ts'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>
export type WebhookRow = Selectable<WebhookTable>

/** One webhook of one workspace. */
export interface WebhookRef {
  readonly tenantId: string
  readonly webhookId: string
}

export async function listWebhookRows(trx: T, tenantId: string): Promise<WebhookRow[]> {
  return trx
    .selectFrom('delivery.webhook')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('state', '<>', 'deleted')
    .orderBy('id')
    .execute()
}

/** Those who add webhooks to one workspace wait for each other: what is counted stays true until it commits. */
export async function lockWebhooks(trx: T, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`delivery.webhook:${tenantId}`}, 0))`.execute(trx)
}

/** Problem: `delivery.webhook_missing`. */
export async function getWebhookRow(trx: T, { tenantId, webhookId }: WebhookRef): Promise<WebhookRow> {
  const row = await trx
    .selectFrom('delivery.webhook')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', webhookId)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  if (row === undefined) throw problem('webhook_missing', { detail: { id: webhookId } })
  return row
}

export async function insertWebhook(trx: T, webhook: Insertable<WebhookTable>): Promise<WebhookRow> {
  return trx.insertInto('delivery.webhook').values(webhook).returningAll().executeTakeFirstOrThrow()
}

export async function updateWebhookRow(
  trx: T,
  { tenantId, webhookId }: WebhookRef,
  change: Updateable<WebhookTable>,
): Promise<WebhookRow> {
  return trx
    .updateTable('delivery.webhook')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', webhookId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The new secret signs from now on, the old one beside it for some hours more. */
export async function rotateSecretRow(
  trx: T,
  { tenantId, webhookId }: WebhookRef,
  secret: string,
  overlapHours: number,
): Promise<WebhookRow> {
  return trx
    .updateTable('delivery.webhook')
    .set({
      secret,
      previous_secret: sql<string>`secret`,
      previous_until: sql<Date>`now() + make_interval(hours => ${overlapHours}::int)`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', webhookId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function listSubscribedTypes(trx: T, tenantId: string): Promise<WebhookEventType[]> {
  const { rows } = await sql<{ type: WebhookEventType }>`
    select distinct unnest(types) as type from delivery.webhook
    where tenant_id = ${tenantId} and state = 'active'`.execute(trx)
  return rows.map(({ type }) => type)
}

/** Removes a deleted webhook of which no message is left. */
export async function deleteWebhookRow(trx: T, { tenantId, webhookId }: WebhookRef): Promise<void> {
  await trx
    .deleteFrom('delivery.webhook')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', webhookId)
    .where('state', '=', 'deleted')
    .execute()
}

/** Webhooks of all workspaces, for the sweep (policy `webhook_sweep`). */
export async function listAllWebhooks(trx: T): Promise<(WebhookRef & Pick<WebhookRow, 'state'>)[]> {
  return sweeping(trx, async () => {
    const rows = await trx.selectFrom('delivery.webhook').select(['tenant_id', 'id', 'state']).execute()
    return rows.map(({ tenant_id, id, state }) => ({ tenantId: tenant_id, webhookId: id, state }))
  })
}

/** Runs a question that is asked across workspaces; the policies show it webhooks and what is due of them. */
export async function sweeping<R>(trx: T, ask: () => Promise<R>): Promise<R> {
  await sql`select set_config('app.webhook_sweep', 'on', true)`.execute(trx)
  const answer = await ask()
  await sql`select set_config('app.webhook_sweep', '', true)`.execute(trx)
  return answer
}
