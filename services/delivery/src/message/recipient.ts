import type { Deps } from '../deps.ts'
import type { OpenSender } from '../senders/target.ts'
import { encodeToken } from '../tracking/tokens.ts'
import { composeMessage } from './compose.ts'
import { fillLinks } from './links.ts'
import type { PreparedVariant } from './variant.ts'

export interface Composition {
  readonly tenantId: string
  readonly from: OpenSender
  readonly variant: PreparedVariant
  readonly recipient: {
    readonly id: string
    readonly email: string
    readonly messageId: string
    readonly values: Readonly<Record<string, string>>
  }
}

/** One recipient's message: the variant merged with their values, links and pixel theirs alone. */
export function composeFor(
  { keys, http, clock }: Pick<Deps, 'keys' | 'http' | 'clock'>,
  composition: Composition,
): Buffer {
  const { tenantId, from, variant, recipient } = composition
  const { publicUrl } = http
  const token = { tenantId, deliveryId: recipient.id }
  const urls = {
    unsubscribe_url: `${publicUrl}/u/${encodeToken(keys, 'unsubscribe', token)}`,
    preferences_url: `${publicUrl}/p/${encodeToken(keys, 'preferences', token)}`,
  }
  const rendered = variant.render({
    ...recipient.values,
    ...urls,
    sender_name: from.name,
    sender_address: from.postalAddress,
  })
  const html = fillLinks(rendered.html, (id) =>
    id === 'open'
      ? `${publicUrl}/o/${encodeToken(keys, 'open', token)}.gif`
      : `${publicUrl}/c/${encodeToken(keys, 'click', { ...token, linkId: id })}`,
  )
  return composeMessage({
    from: { name: from.name, address: from.address },
    to: recipient.email,
    replyTo: from.replyTo,
    subject: rendered.subject,
    text: rendered.text,
    html,
    messageId: recipient.messageId,
    date: clock.now(),
    unsubscribeUrl: urls.unsubscribe_url,
  })
}
