import { recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import type { Message, MessageFilter, MessageSummary } from '../contract.ts'
import { presentDelivery } from '../deliveries.ts'
import type { Deps } from '../deps.ts'
import { publishCancelled } from '../engine/recovery.ts'
import { problem } from '../errors.ts'
import { idleBatch, lockBatch } from '../store/batches.ts'
import { findEntry, type LedgerEntry } from '../store/ledger.ts'
import {
  describeAttachments,
  findMessages,
  type MessageEntry,
  type MessageRow,
  pageMessages,
} from '../store/messages.ts'
import { writeChanges } from '../store/outcomes.ts'
import { tellStory } from '../story.ts'

type Reading = Pick<Deps, 'db' | 'keys'>
type Trx = Parameters<Parameters<Deps['db']['withTenant']>[1]>[0]

/** Messages sent by the API, newest first. */
export async function listSentMessages(deps: Reading, tenantId: string, query: MessageFilter & PageQuery) {
  const [before] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? []
  const { tag, recipient, state, limit } = query
  const rows = await deps.db.withTenant(tenantId, (trx) =>
    pageMessages(trx, tenantId, { tag, recipient, state, before, limit: limit + 1 }),
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => presentMessage(deps, row)),
    nextCursor: rows.length > page.length && last ? encodeCursor([last.id]) : null,
  }
}

function presentMessage(deps: Pick<Deps, 'keys'>, row: MessageEntry): MessageSummary {
  const { campaignId, variantId, ...delivery } = presentDelivery(deps, { ...row, queued_at: row.ordered_at })
  return { ...delivery, senderId: row.sender_id, ...ofOrder(row) }
}

function ofOrder(row: Pick<MessageRow, 'email_id' | 'tags' | 'metadata' | 'send_at'>) {
  const { email_id, tags, metadata, send_at } = row
  return { emailId: email_id, tags, metadata, sendAt: send_at?.toISOString() ?? null }
}

/** One message with its story. Problem: `delivery.sent_message_missing`. */
export async function getSentMessage(deps: Reading, tenantId: string, id: string): Promise<Message> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const entry = await getEntry(trx, tenantId, id)
    return showMessage(deps, trx, entry)
  })
}

async function showMessage(deps: Pick<Deps, 'keys'>, trx: Trx, entry: LedgerEntry): Promise<Message> {
  const { tenant_id: tenantId, variant_id: messageId } = entry
  const [order] = await findMessages(trx, tenantId, [messageId as string])
  if (order === undefined) throw problem('sent_message_missing', { detail: { id: entry.id } })
  const files = await describeAttachments(trx, tenantId, order.id)
  const { campaignId, variantId, ...story } = await tellStory(deps, trx, entry)
  return {
    ...story,
    ...ofOrder(order),
    subject: order.subject,
    attachments: files.map((file) => ({
      fileName: file.file_name,
      contentType: file.content_type,
      bytes: file.bytes,
    })),
  }
}

async function getEntry(trx: Trx, tenantId: string, id: string): Promise<LedgerEntry> {
  const entry = await findEntry(trx, tenantId, id)
  if (entry?.lane !== 'transactional') throw problem('sent_message_missing', { detail: { id } })
  return entry
}

/**
 * Keeps a message from leaving that waits for its time, or for another try. Cancelling it again changes nothing.
 * Problems: `delivery.sent_message_missing`, `delivery.message_leaving`.
 */
export async function cancelSentMessage(
  deps: Pick<Deps, 'db' | 'keys' | 'events' | 'clock'>,
  tenantId: string,
  id: string,
): Promise<Message> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const { batch_id: batchId } = await getEntry(trx, tenantId, id)
    // From here on no worker can take it; what one has in hand is read again.
    await lockBatch(trx, tenantId, batchId)
    const entry = await getEntry(trx, tenantId, id)
    if (entry.state !== 'cancelled') {
      const { state, in_hand, shown, attempts } = entry
      if (in_hand || (state !== 'queued' && state !== 'deferred')) {
        throw problem('message_leaving', { detail: { id, state: in_hand ? 'leaving' : shown } })
      }
      const change = {
        id,
        from: state,
        to: 'cancelled',
        reason: 'Cancelled before it was sent',
        delayMs: null,
        attempts,
      } as const
      await writeChanges(trx, { tenantId, batchId }, [change])
      await recordAudit(deps.events, { tenantId, action: 'message.cancelled', target: { kind: 'message', id } })
      await idleBatch(trx, tenantId, batchId)
      await publishCancelled(deps, { tenantId, dispatchId: entry.dispatch_id }, entry.lane, [entry])
    }
    return showMessage(deps, trx, await getEntry(trx, tenantId, id))
  })
}
