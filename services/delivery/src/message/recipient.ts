import type { Deps } from '../deps.ts'
import type { SenderIdentity } from '../senders/target.ts'
import { encodeToken } from '../tracking/tokens.ts'
import type { Letter } from '../transport/letter.ts'
import { type Composer, prepareComposer, waysOut } from './compose.ts'
import { unsubscribeAddressOf } from './return-path.ts'
import { encodeTag } from './tag.ts'
import { type PreparedTexts, prepareTexts } from './texts.ts'
import type { VariantTexts } from './variant.ts'

/** One variant from one sender, with everything made ready that does not depend on the recipient. */
export interface Mailing {
  readonly tenantId: string
  readonly from: SenderIdentity
  readonly texts: PreparedTexts
  readonly compose: Composer
}

export function prepareMailing(tenantId: string, from: SenderIdentity, variant: VariantTexts): Mailing {
  const texts = prepareTexts(variant)
  const { name, address, replyTo } = from
  return { tenantId, from, texts, compose: prepareComposer({ from: { name, address }, replyTo, shared: texts.shared }) }
}

export interface MailingRecipient {
  /** The delivery's. */
  readonly id: string
  /** The delivery that its links name, where that is another: a test's name one that changes nothing. */
  readonly linksOf?: string
  /** A wire address. */
  readonly email: string
  readonly values: Readonly<Record<string, string>>
}

type ComposeDeps = Pick<Deps, 'keys' | 'http' | 'clock'>

/** One recipient's message: the variant merged with their values, links and pixel theirs alone. */
export function composeFor(deps: ComposeDeps, mailing: Mailing, recipient: MailingRecipient): Buffer {
  const { tag: _, ...personal } = personalise(deps, mailing, recipient)
  return mailing.compose({ to: recipient.email, date: deps.clock.now(), ...personal })
}

/** The same for a provider that composes itself. */
export function letterFor(deps: ComposeDeps, mailing: Mailing, recipient: MailingRecipient): Letter {
  const { tag, messageId, unsubscribeUrl, unsubscribeAddress, pieces } = personalise(deps, mailing, recipient)
  const { name, address, replyTo } = mailing.from
  return {
    deliveryId: recipient.id,
    tag,
    messageId,
    from: { name, address },
    replyTo,
    to: recipient.email,
    headers: {
      'List-Unsubscribe': waysOut(unsubscribeUrl, unsubscribeAddress),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    shared: mailing.texts.shared,
    pieces,
    attachments: [],
  }
}

function personalise({ keys, http }: ComposeDeps, mailing: Mailing, recipient: MailingRecipient) {
  const { tenantId, from, texts } = mailing
  const { publicUrl } = http
  const token = { tenantId, deliveryId: recipient.linksOf ?? recipient.id }
  const unsubscribeUrl = `${publicUrl}/u/${encodeToken(keys, 'unsubscribe', token)}`
  const values = {
    ...recipient.values,
    unsubscribe_url: unsubscribeUrl,
    preferences_url: `${publicUrl}/p/${encodeToken(keys, 'preferences', token)}`,
    sender_name: from.name,
    sender_address: from.postalAddress,
  }
  const pieces = texts.piecesFor(values, (id) =>
    id === 'open'
      ? `${publicUrl}/o/${encodeToken(keys, 'open', token)}.gif`
      : `${publicUrl}/c/${encodeToken(keys, 'click', { ...token, linkId: id })}`,
  )
  const unsubscribeAddress = unsubscribeAddressOf(keys, mailing, token.deliveryId)
  const tag = encodeTag(keys, { tenantId, deliveryId: recipient.id })
  return { tag, messageId: messageIdOf(tag, from.domain), unsubscribeUrl, unsubscribeAddress, pieces }
}

/** Derived from the delivery, so that a second copy can be told from a second message; without its brackets. */
export function messageIdOf(tag: string, domain: string): string {
  return `${tag}@${domain}`
}
