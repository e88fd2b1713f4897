import type { Deps } from '../deps.ts'
import type { SenderIdentity } from '../senders/target.ts'
import { publicUrlOf } from '../tracking/domain.ts'
import { createTokenMaker, type TokenMaker } from '../tracking/tokens.ts'
import type { Letter } from '../transport/letter.ts'
import { type Composer, prepareComposer, waysOut } from './compose.ts'
import { linkIdsIn } from './links.ts'
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
  readonly publicUrl: string
  readonly tokensOf: TokenMaker
  /** Where among the tokens of clicks that of a link is. */
  readonly places: ReadonlyMap<string, number>
}

export function prepareMailing(
  { keys, http }: Pick<Deps, 'keys' | 'http'>,
  tenantId: string,
  from: SenderIdentity,
  variant: VariantTexts,
): Mailing {
  const texts = prepareTexts(variant)
  const { name, address, replyTo } = from
  const linkIds = linkIdsIn(variant.html)
  return {
    tenantId,
    from,
    texts,
    compose: prepareComposer({ from: { name, address }, replyTo, shared: texts.shared }),
    publicUrl: publicUrlOf({ http }, from),
    tokensOf: createTokenMaker(keys, tenantId, linkIds),
    places: new Map(linkIds.map((id, place) => [id, place])),
  }
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

type ComposeDeps = Pick<Deps, 'keys' | 'clock'>

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

function personalise({ keys }: ComposeDeps, mailing: Mailing, recipient: MailingRecipient) {
  const { tenantId, from, texts, publicUrl, places } = mailing
  const tokens = mailing.tokensOf(recipient.linksOf ?? recipient.id)
  const unsubscribeUrl = `${publicUrl}/u/${tokens.unsubscribe}`
  const values = {
    ...recipient.values,
    unsubscribe_url: unsubscribeUrl,
    preferences_url: `${publicUrl}/p/${tokens.preferences}`,
    sender_name: from.name,
    sender_address: from.postalAddress,
  }
  const pieces = texts.piecesFor(values, (id) => {
    if (id === 'open') return `${publicUrl}/o/${tokens.open}.gif`
    const token = tokens.clicks[places.get(id) ?? -1]
    return token === undefined ? undefined : `${publicUrl}/c/${token}`
  })
  const unsubscribeAddress = unsubscribeAddressOf(keys, mailing, recipient.linksOf ?? recipient.id)
  const tag = encodeTag(keys, { tenantId, deliveryId: recipient.id })
  return { tag, messageId: messageIdOf(tag, from.domain), unsubscribeUrl, unsubscribeAddress, pieces }
}

/** Derived from the delivery, so that a second copy can be told from a second message; without its brackets. */
export function messageIdOf(tag: string, domain: string): string {
  return `${tag}@${domain}`
}
