import { recordAudit } from '@fanfare/identity/contract'
import { isProblem } from '@fanfare/kernel'
import type { z } from 'zod'
import type { NewWebhook, RotateSecret, Webhook, WebhookChange } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import {
  getWebhookRow,
  insertWebhook,
  listWebhookRows,
  lockWebhooks,
  rotateSecretRow,
  updateWebhookRow,
  type WebhookRef,
  type WebhookRow,
} from '../store/webhooks.ts'
import { sealSecret } from './secrets.ts'
import { newSecret } from './signature.ts'

type Needed = Pick<
  Deps,
  'db' | 'events' | 'keys' | 'ids' | 'clock' | 'config' | 'egress' | 'live' | 'subscribers' | 'webhookWorker'
>
type Db = Pick<Deps, 'db' | 'clock'>
/** With `secrets` an address is shown whole: its path may be one. */
export interface Shown {
  readonly secrets: boolean
}

const mostWebhooks = 50

export async function listWebhooks({ db, clock }: Db, tenantId: string, shown: Shown): Promise<Webhook[]> {
  const rows = await db.withTenant(tenantId, (trx) => listWebhookRows(trx, tenantId))
  return rows.map((row) => presentWebhook(row, clock.now(), shown))
}

export async function getWebhook({ db, clock }: Db, ref: WebhookRef, shown: Shown): Promise<Webhook> {
  const row = await db.withTenant(ref.tenantId, (trx) => getWebhookRow(trx, ref))
  return presentWebhook(row, clock.now(), shown)
}

/** Problems: `delivery.webhook_refused`, `delivery.webhook_limit`. */
export async function createWebhook(deps: Needed, tenantId: string, { url, description, types }: NewWebhook) {
  await checkUrl(deps, url)
  const id = deps.ids.next()
  const secret = newSecret()
  const sealed = sealSecret(deps, tenantId, id, secret)
  const row = await deps.db.withTenant(tenantId, async (trx) => {
    await lockWebhooks(trx, tenantId)
    const standing = await listWebhookRows(trx, tenantId)
    if (standing.length >= mostWebhooks) throw problem('webhook_limit', { detail: { most: mostWebhooks } })
    changed(deps, tenantId, id)
    const made = await insertWebhook(trx, { tenant_id: tenantId, id, url, description, types, secret: sealed })
    await recordAudit(deps.events, {
      tenantId,
      action: 'webhook.created',
      target: targetOf(made),
      after: auditedWebhook(made),
    })
    return made
  })
  return { ...presentWebhook(row, deps.clock.now(), { secrets: true }), secret }
}

/** Problems: `delivery.webhook_missing`, `delivery.webhook_refused`. */
export async function updateWebhook(deps: Needed, ref: WebhookRef, change: WebhookChange): Promise<Webhook> {
  const row = await deps.db.withTenant(ref.tenantId, (trx) => getWebhookRow(trx, ref))
  if (change.url !== undefined && change.url !== row.url) await checkUrl(deps, change.url)
  const { url = row.url, description = row.description, types = row.types } = change
  const updated = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const before = await getWebhookRow(trx, ref)
    changed(deps, ref.tenantId, ref.webhookId)
    const standing = standingAfter(change, deps.clock.now())
    const after = await updateWebhookRow(trx, ref, { url, description, types, ...standing })
    await recordAudit(deps.events, {
      tenantId: ref.tenantId,
      action: 'webhook.updated',
      target: targetOf(after),
      before: auditedWebhook(before),
      after: { ...auditedWebhook(after), urlReplaced: before.url === after.url ? undefined : true },
    })
    return after
  })
  return presentWebhook(updated, deps.clock.now(), { secrets: true })
}

/** What the change means for its health: a new address or being switched on is a new start. */
function standingAfter({ url, state }: WebhookChange, now: Date) {
  const fresh = { failures: 0, failing_since: null, rests_until: null }
  if (state === 'disabled') {
    return { ...fresh, state, disabled_reason: 'Switched off by a person', disabled_at: now }
  }
  if (state === 'active') return { ...fresh, state, disabled_reason: null, disabled_at: null }
  return url === undefined ? {} : fresh
}

/** It is gone at once for everybody; the sweep removes its messages. Problem: `delivery.webhook_missing`. */
export async function deleteWebhook(deps: Needed, ref: WebhookRef): Promise<void> {
  await deps.db.withTenant(ref.tenantId, async (trx) => {
    const before = await getWebhookRow(trx, ref)
    changed(deps, ref.tenantId, ref.webhookId)
    await updateWebhookRow(trx, ref, { state: 'deleted' })
    await recordAudit(deps.events, {
      tenantId: ref.tenantId,
      action: 'webhook.deleted',
      target: targetOf(before),
      before: auditedWebhook(before),
    })
  })
}

/** Problem: `delivery.webhook_missing`. */
export async function rotateSecret(deps: Needed, ref: WebhookRef, { overlapHours }: z.output<typeof RotateSecret>) {
  const secret = newSecret()
  const sealed = sealSecret(deps, ref.tenantId, ref.webhookId, secret)
  const row = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const before = await getWebhookRow(trx, ref)
    changed(deps, ref.tenantId, ref.webhookId)
    await recordAudit(deps.events, {
      tenantId: ref.tenantId,
      action: 'webhook.secret_rotated',
      target: targetOf(before),
      after: { overlapHours },
    })
    return rotateSecretRow(trx, ref, sealed, overlapHours)
  })
  return { ...presentWebhook(row, deps.clock.now(), { secrets: true }), secret }
}

function targetOf({ id, url }: WebhookRow) {
  return { kind: 'webhook', id, name: new URL(url).origin }
}

/** Of the address only where it leads: its path may be a secret. */
function auditedWebhook({ url, description, types, state }: WebhookRow) {
  return { origin: new URL(url).origin, description, types, state }
}

/** What follows a change once it has committed. */
function changed({ db, live, subscribers, webhookWorker }: Needed, tenantId: string, webhookId: string): void {
  subscribers.forget(tenantId)
  live.publish(tenantId, 'webhooks', { type: 'changed', webhookId })
  db.afterCommit(() => webhookWorker.wake())
}

async function checkUrl({ egress, config }: Pick<Deps, 'egress' | 'config'>, url: string): Promise<void> {
  try {
    await egress.check(url, config.allowPrivateWebhooks ? 'operator' : 'public')
  } catch (error) {
    if (!isProblem(error, 'egress.blocked')) throw error
    const { url: shown, reason } = error.detail
    throw problem('webhook_refused', { detail: { reason: `${shown} ${reason}` }, cause: error })
  }
}

function presentWebhook(row: WebhookRow, now: Date, { secrets }: Shown): Webhook {
  const future = (at: Date | null) => (at !== null && at > now ? at.toISOString() : null)
  return {
    id: row.id,
    url: secrets ? row.url : new URL(row.url).origin,
    description: row.description,
    types: row.types,
    state: row.state === 'active' ? 'active' : 'disabled',
    disabledReason: row.disabled_reason,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    failingSince: row.failing_since?.toISOString() ?? null,
    restsUntil: future(row.rests_until),
    previousSecretUntil: future(row.previous_until),
    createdAt: row.created_at.toISOString(),
  }
}
