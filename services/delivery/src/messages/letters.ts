import type { TemplateValues } from '@fanfare/content/contract'
import type { Deps } from '../deps.ts'
import type { Recipient } from '../engine/admission.ts'
import { prepareComposer } from '../message/compose.ts'
import { messageIdOf } from '../message/recipient.ts'
import { encodeTag } from '../message/tag.ts'
import { prepareTexts } from '../message/texts.ts'
import type { SenderIdentity } from '../senders/target.ts'
import { type AttachmentRow, findMessages, listAttachments, type MessageRow } from '../store/messages.ts'
import { publicUrlOf } from '../tracking/domain.ts'
import { encodeToken } from '../tracking/tokens.ts'
import type { Attachment, Letter } from '../transport/letter.ts'
import { enclose } from './enclose.ts'

type LetterDeps = Pick<Deps, 'keys' | 'http'>

/** An order read for sending. */
export interface ReadyOrder {
  letterFor(recipient: Recipient): Letter
  /** The same as SMTP carries it. */
  composeFor(recipient: Recipient, date: Date): Buffer
}

/** The orders of a batch's deliveries, by their ids. Each is read once, however many recipients it has in the batch. */
export async function readOrders(
  deps: LetterDeps & Pick<Deps, 'db'>,
  tenantId: string,
  { from, messageIds }: { readonly from: SenderIdentity; readonly messageIds: readonly string[] },
): Promise<ReadonlyMap<string, ReadyOrder>> {
  const [messages, files] = await deps.db.withTenant(tenantId, async (trx) => [
    await findMessages(trx, tenantId, messageIds),
    await listAttachments(trx, tenantId, messageIds),
  ])
  const filesOf = Map.groupBy(files, ({ message_id }) => message_id)
  return new Map(
    messages.map((message) => [message.id, readyOrder(deps, from, message, filesOf.get(message.id) ?? [])]),
  )
}

function readyOrder(
  deps: LetterDeps,
  from: SenderIdentity,
  message: MessageRow,
  files: readonly AttachmentRow[],
): ReadyOrder {
  const texts = prepareTexts(message)
  const replyTo = message.reply_to === '' ? from.replyTo : message.reply_to
  const compose = prepareComposer({ from: { name: from.name, address: from.address }, replyTo, shared: texts.shared })
  const attachments = files.map(attachmentOf)
  const valuesOf = new Map(message.recipients.map(({ deliveryId, values }) => [deliveryId, values]))
  const enclosed = attachments.length > 0 || Object.keys(message.headers).length > 0

  function letterFor({ row, email }: Recipient): Letter {
    const links = linksOf(deps, from, message.tenant_id, row)
    const values = { ...valuesOf.get(row.id), ...systemValues(from, links) }
    const tag = encodeTag(deps.keys, { tenantId: message.tenant_id, deliveryId: row.id })
    return {
      deliveryId: row.id,
      tag,
      messageId: messageIdOf(tag, from.domain),
      from: { name: from.name, address: from.address },
      replyTo,
      to: email,
      headers: message.headers,
      shared: texts.shared,
      pieces: texts.piecesFor(values, links.urlOf),
      attachments,
    }
  }
  return {
    letterFor,
    composeFor(recipient, date) {
      const { to, messageId, pieces, headers } = letterFor(recipient)
      const composed = compose({ to, messageId, date, unsubscribeUrl: '', pieces })
      return enclosed ? enclose(composed, { headers, attachments }) : composed
    },
  }
}

/** What a template may say of the sender, and where a contact can change what they get; a stranger has nothing to change. */
export function systemValues(
  from: Pick<SenderIdentity, 'name' | 'postalAddress'>,
  { unsubscribeUrl, preferencesUrl }: { readonly unsubscribeUrl: string; readonly preferencesUrl: string },
): TemplateValues {
  return {
    unsubscribe_url: unsubscribeUrl,
    preferences_url: preferencesUrl,
    sender_name: from.name,
    sender_address: from.postalAddress,
  }
}

function linksOf({ keys, http }: LetterDeps, from: SenderIdentity, tenantId: string, row: Recipient['row']) {
  const token = { tenantId, deliveryId: row.id }
  const publicUrl = publicUrlOf({ http }, from)
  const isContact = row.contact_id !== null
  return {
    unsubscribeUrl: isContact ? `${publicUrl}/u/${encodeToken(keys, 'unsubscribe', token)}` : '',
    preferencesUrl: isContact ? `${publicUrl}/p/${encodeToken(keys, 'preferences', token)}` : '',
    urlOf: (id: string | 'open') =>
      id === 'open'
        ? `${publicUrl}/o/${encodeToken(keys, 'open', token)}.gif`
        : `${publicUrl}/c/${encodeToken(keys, 'click', { ...token, linkId: id })}`,
  }
}

function attachmentOf({ file_name, content_type, content_id, content }: AttachmentRow): Attachment {
  return {
    fileName: file_name,
    contentType: content_type,
    contentId: content_id ?? undefined,
    content: Buffer.from(content),
  }
}
