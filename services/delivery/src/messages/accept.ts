import { createHash } from 'node:crypto'
import type { AcceptedMessages, MessageValues, NewMessage } from '../contract.ts'
import { mostAttachmentBytes } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { inBatches } from '../dispatches.ts'
import { problem } from '../errors.ts'
import { wireAddress } from '../message/addresses.ts'
import type { TrackedLink } from '../message/links.ts'
import { lockOpenBatch } from '../store/batches.ts'
import { findTransactionalDispatch, insertDispatch, insertLinks } from '../store/dispatches.ts'
import { appendDeliveries, insertDeliveries, type NewDelivery } from '../store/ledger.ts'
import { dropOldContent, findMessageByRequest, insertAttachments, insertMessage } from '../store/messages.ts'
import { getSender } from '../store/senders.ts'
import type { OrderedRecipient } from '../store/tables/messages.ts'
import type { DispatchRef } from '../store/tables.ts'
import { assertSends } from '../usage.ts'
import { systemValues } from './letters.ts'
import { createMissingCheck, freezeTexts, type OrderTexts, readTexts } from './texts.ts'

type AcceptDeps = Pick<Deps, 'db' | 'audience' | 'content' | 'clock' | 'ids' | 'config' | 'engine' | 'identity'>
type Trx = Parameters<Parameters<Deps['db']['withTenant']>[1]>[0]

/** Who calls, and the key that makes a repetition of the call the same call. */
export interface Request {
  readonly tenantId: string
  readonly credential: string
  readonly idempotencyKey: string | undefined
}

const mostDaysAhead = 30

/**
 * Takes messages: when this resolves they are in the database, and are sent whatever happens to this process. A call with
 * the key of one that was taken gets the same answer and makes nothing.
 *
 * Problems: `delivery.sender_missing`, `delivery.recipient_unwritable`, `delivery.values_missing`, `delivery.content_empty`,
 * `delivery.attachments_too_large`, `delivery.send_at_invalid`, `delivery.request_reused`, those of `content.compileEmail`.
 */
export async function acceptMessage(deps: AcceptDeps, request: Request, order: NewMessage): Promise<AcceptedMessages> {
  const { tenantId } = request
  const attachments = readAttachments(order.attachments)
  const sendAt = readSendAt(deps, order.sendAt)
  for (const { email } of order.to) {
    if (wireAddress(email) === undefined) throw problem('recipient_unwritable', { detail: { email } })
  }
  await assertSends(deps, tenantId, order.to.length)
  // Before the transaction: making a text takes longer than all that is read and written.
  const texts = await readTexts(deps, tenantId, order.content)
  const id = deps.ids.next()
  const source = order.content.kind === 'template' ? order.content.emailId : id
  const frozen = freezeTexts(texts, { tracking: order.tracking, seed: `${order.senderId}/${source}` })
  return deps.db.withTenant(tenantId, async (trx) => {
    const dispatchId = await getTransactionalDispatch(deps, trx, tenantId, order.senderId)
    const recipients = await readRecipients(deps, tenantId, order, texts)
    const rows = inBatches(
      deps,
      recipients.map(({ contactId, email }) => ({ contactId, email, variantId: id })),
    )
    const ordered = orderOf(recipients, rows)
    const key = keyOf(request, order)
    const isNew = await insertMessage(trx, {
      tenant_id: tenantId,
      id,
      dispatch_id: dispatchId,
      sender_id: order.senderId,
      send_at: sendAt ?? null,
      email_id: order.content.kind === 'template' ? order.content.emailId : null,
      ...frozen.texts,
      recipients: JSON.stringify(ordered),
      headers: JSON.stringify(order.headers),
      reply_to: order.replyTo === undefined ? '' : (wireAddress(order.replyTo) ?? ''),
      tags: order.tags,
      metadata: JSON.stringify(order.metadata),
      ...key,
    })
    if (!isNew) return recallMessage(trx, tenantId, key)
    if (attachments.length > 0) {
      await dropOldContent(trx, tenantId, deps.config.attachmentDays)
      await insertAttachments(
        trx,
        attachments.map((file, number) => ({ tenant_id: tenantId, message_id: id, number, ...file })),
      )
    }
    await insertLinks(trx, linkRows(frozen.links, { tenant_id: tenantId, dispatch_id: dispatchId, variant_id: source }))
    const alone = attachments.length > 0 || sendAt !== undefined
    const place = { senderId: order.senderId, lane: 'transactional', isDue: true, dueAt: sendAt } as const
    const left = alone ? rows : await joinOpenBatches(trx, { tenantId, dispatchId }, rows)
    if (left.length > 0) await insertDeliveries(trx, { tenantId, dispatchId }, place, left)
    deps.db.afterCommit(deps.engine.wake)
    return answerOf(ordered)
  })
}

function answerOf(recipients: readonly OrderedRecipient[]): AcceptedMessages {
  return { messages: recipients.map(({ deliveryId, email }) => ({ id: deliveryId, email })) }
}

function readAttachments(files: NewMessage['attachments']) {
  const read = files.map(({ fileName, contentType, contentId, content }) => {
    const bytes = Buffer.from(content, 'base64')
    return {
      file_name: fileName,
      content_type: contentType,
      content_id: contentId ?? null,
      bytes: bytes.length,
      content: bytes,
    }
  })
  const bytes = read.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes > mostAttachmentBytes) {
    throw problem('attachments_too_large', { detail: { bytes, limit: mostAttachmentBytes } })
  }
  return read
}

function readSendAt({ clock }: Pick<Deps, 'clock'>, sendAt: string | undefined): Date | undefined {
  if (sendAt === undefined) return undefined
  const at = new Date(sendAt)
  const aheadMs = at.getTime() - clock.now().getTime()
  if (aheadMs <= 0 || aheadMs > mostDaysAhead * 86_400_000) throw problem('send_at_invalid', { detail: { sendAt } })
  return at
}

interface ReadRecipient {
  readonly contactId: string | null
  readonly email: string
  readonly values: MessageValues
}

const filledLater = systemValues({ name: '', postalAddress: '' }, { unsubscribeUrl: '', preferencesUrl: '' })

/** With the contact that an address belongs to, and everything that is merged settled now. */
async function readRecipients(
  { audience }: Pick<Deps, 'audience'>,
  tenantId: string,
  { to, values: shared }: Pick<NewMessage, 'to' | 'values'>,
  texts: OrderTexts,
): Promise<ReadRecipient[]> {
  const contacts = await audience.findByEmail({ tenantId, emails: to.map(({ email }) => email) })
  const contactOf = new Map(contacts.map((contact) => [contact.email, contact]))
  const findMissing = createMissingCheck(texts)
  return to.map(({ email, values: own }) => {
    const contact = contactOf.get(email)
    const values = { ...contact?.values, ...shared, ...own }
    const missing = findMissing({ ...values, ...filledLater })
    if (missing.length > 0) throw problem('values_missing', { detail: { email, fields: missing.join(', ') } })
    return { contactId: contact?.contactId ?? null, email, values }
  })
}

/** Batches lie by destination; the answer is in the order of the call, also where an address was given twice. */
function orderOf(recipients: readonly ReadRecipient[], rows: readonly NewDelivery[]): OrderedRecipient[] {
  const rowsOf = Map.groupBy(rows, ({ email }) => email)
  return recipients.map(({ email, values }) => {
    const row = rowsOf.get(email)?.shift() as NewDelivery
    return { deliveryId: row.id, email, values }
  })
}

/** A batch is read into memory as a whole. */
const mostInBatch = 50

/** Puts deliveries to those that wait for the same destination; returns the rest, which get batches of their own. */
async function joinOpenBatches(trx: Trx, ref: DispatchRef, rows: readonly NewDelivery[]): Promise<NewDelivery[]> {
  const left: NewDelivery[] = []
  for (const [destination, group] of Map.groupBy(rows, (row) => row.destination)) {
    const open = await lockOpenBatch(trx, ref, { destination, more: group.length, most: mostInBatch })
    if (open === undefined) left.push(...group)
    else {
      const placed = group.map((row, index) => ({ ...row, position: open.size + index }))
      await appendDeliveries(trx, ref, { batchId: open.id, lane: 'transactional' }, placed)
    }
  }
  return left
}

function linkRows(links: readonly TrackedLink[], of: { tenant_id: string; dispatch_id: string; variant_id: string }) {
  return links.map((link) => ({ ...of, ...link }))
}

/** The one dispatch of what a sender sends by the API, made with its first message. */
async function getTransactionalDispatch(
  { ids }: Pick<Deps, 'ids'>,
  trx: Trx,
  tenantId: string,
  senderId: string,
): Promise<string> {
  const found = await findTransactionalDispatch(trx, tenantId, senderId)
  if (found !== undefined) return found
  const { name } = await getSender(trx, tenantId, senderId)
  const made = { senderId, name: `Messages of ${name}`, lane: 'transactional', state: 'running' } as const
  await insertDispatch(trx, { tenantId, dispatchId: ids.next() }, made)
  // Another call may have made it at the same moment; the unique index let only one through.
  return (await findTransactionalDispatch(trx, tenantId, senderId)) as string
}

function keyOf({ credential, idempotencyKey }: Request, order: NewMessage) {
  if (idempotencyKey === undefined) return { request_key: null, request_digest: null }
  const digest = createHash('sha256').update(JSON.stringify(order)).digest('hex')
  return { request_key: `${credential} ${idempotencyKey}`, request_digest: digest }
}

async function recallMessage(
  trx: Trx,
  tenantId: string,
  key: { readonly request_key: string | null; readonly request_digest: string | null },
): Promise<AcceptedMessages> {
  const taken = await findMessageByRequest(trx, tenantId, key.request_key ?? '')
  if (taken?.request_digest !== key.request_digest) throw problem('request_reused')
  return answerOf(taken?.recipients ?? [])
}
