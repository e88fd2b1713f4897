import { recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor, type PageQuery, type Trx } from '@fanfare/kernel'
import { z } from 'zod'
import type {
  ListedWebhookAttempt,
  WebhookAttempt,
  WebhookEventType,
  WebhookMessage,
  WebhookMessageDetail,
  WebhookMessageState,
} from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { DeliveryTables } from '../store/tables.ts'
import {
  findMessage,
  listAttempts,
  type MessageRef,
  pageAttempts,
  pageMessages,
  replayFailed,
  replayMessage,
  type WebhookAttemptRow,
  type WebhookMessageRow,
} from '../store/webhook-messages.ts'
import { getWebhookRow, type WebhookRef } from '../store/webhooks.ts'
import { firstIdAt } from './ids.ts'
import type { Shown } from './webhooks.ts'

export interface MessageQuery extends PageQuery {
  readonly state?: WebhookMessageState | undefined
  readonly type?: WebhookEventType | undefined
  readonly since?: string | undefined
}

/** Newest first, a page at a time. Problem: `delivery.webhook_missing`. */
export async function listMessages({ db }: Pick<Deps, 'db'>, ref: WebhookRef, query: MessageQuery) {
  const [before] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? []
  const from = query.since === undefined ? undefined : firstIdAt(new Date(query.since))
  const rows = await db.withTenant(ref.tenantId, async (trx) => {
    await getWebhookRow(trx, ref)
    const { state, type, limit } = query
    return pageMessages(trx, ref.tenantId, ref.webhookId, { state, type, from, before, limit: limit + 1 })
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    rows: page.map(presentMessage),
    nextCursor: rows.length > page.length && last ? encodeCursor([last.id]) : null,
  }
}

/** Problems: `delivery.webhook_missing`, `delivery.webhook_message_missing`. */
export async function getMessage(
  { db }: Pick<Deps, 'db'>,
  ref: MessageRef,
  shown: Shown,
): Promise<WebhookMessageDetail> {
  return db.withTenant(ref.tenantId, async (trx) => {
    const row = await getMessageRow(trx, ref)
    const attempts = await listAttempts(trx, ref)
    return {
      ...presentMessage(row),
      payload: row.payload,
      attemptList: attempts.map((attempt) => presentAttempt(attempt, shown)),
    }
  })
}

/** Every call, newest first, a page at a time. Problem: `delivery.webhook_missing`. */
export async function listAllAttempts(
  { db }: Pick<Deps, 'db'>,
  ref: WebhookRef,
  { failed, cursor, limit }: PageQuery & { readonly failed: boolean },
  shown: Shown,
): Promise<{ rows: ListedWebhookAttempt[]; nextCursor: string | null }> {
  const [before] = decodeCursor(cursor, z.tuple([z.uuid()])) ?? []
  const rows = await db.withTenant(ref.tenantId, async (trx) => {
    await getWebhookRow(trx, ref)
    return pageAttempts(trx, ref.tenantId, ref.webhookId, { failed, before, limit: limit + 1 })
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => ({ id: row.id, messageId: row.message_id, ...presentAttempt(row, shown) })),
    nextCursor: rows.length > page.length && last ? encodeCursor([last.id]) : null,
  }
}

/** Problems: `delivery.webhook_missing`, `delivery.webhook_disabled`, `delivery.webhook_message_missing`. */
export async function replayOne(
  { db, events, webhookWorker }: Pick<Deps, 'db' | 'events' | 'webhookWorker'>,
  ref: MessageRef,
) {
  return db.withTenant(ref.tenantId, async (trx) => {
    await getMessageRow(trx, ref)
    await requireActive(trx, ref)
    await replayMessage(trx, ref)
    await auditReplay(events, ref, { messageId: ref.id })
    db.afterCommit(() => webhookWorker.wake())
    return presentMessage(await getMessageRow(trx, ref))
  })
}

const replaySet = 10_000
const replayMost = 10

/** Replays what failed since a time, the oldest first, in sets. Problems: `delivery.webhook_missing`, `delivery.webhook_disabled`. */
export async function replaySince(
  { db, events, webhookWorker }: Pick<Deps, 'db' | 'events' | 'webhookWorker'>,
  ref: WebhookRef,
  since: string,
): Promise<{ replayed: number; more: boolean }> {
  const from = firstIdAt(new Date(since))
  let replayed = 0
  for (let sets = 0; sets < replayMost; sets++) {
    const count = await db.withTenant(ref.tenantId, async (trx) => {
      await requireActive(trx, ref)
      if (sets === 0) await auditReplay(events, ref, { since })
      return replayFailed(trx, ref.tenantId, ref.webhookId, from, replaySet)
    })
    replayed += count
    webhookWorker.wake()
    if (count < replaySet) return { replayed, more: false }
  }
  return { replayed, more: true }
}

function auditReplay(events: Deps['events'], { tenantId, webhookId }: WebhookRef, after: Record<string, string>) {
  const target = { kind: 'webhook', id: webhookId }
  return recordAudit(events, { tenantId, action: 'webhook.replayed', target, after })
}

async function requireActive(trx: Trx<DeliveryTables>, ref: WebhookRef): Promise<void> {
  const { id, state } = await getWebhookRow(trx, ref)
  if (state !== 'active') throw problem('webhook_disabled', { detail: { id } })
}

async function getMessageRow(trx: Trx<DeliveryTables>, ref: MessageRef): Promise<WebhookMessageRow> {
  await getWebhookRow(trx, ref)
  const row = await findMessage(trx, ref)
  if (row === undefined) throw problem('webhook_message_missing', { detail: { id: ref.id } })
  return row
}

function presentMessage(row: WebhookMessageRow): WebhookMessage {
  return {
    id: row.id,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.next_at?.toISOString() ?? null,
    lastStatus: row.last_status,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

function presentAttempt(row: WebhookAttemptRow, { secrets }: Shown): WebhookAttempt {
  return {
    at: row.at.toISOString(),
    durationMs: row.duration_ms,
    status: row.status,
    error: row.error,
    response: secrets ? row.response : null,
  }
}
