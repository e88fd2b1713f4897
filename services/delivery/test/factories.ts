import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { NewSender } from '../src/contract.ts'

/** A sender as a person would add it. */
export function buildSender(change: Partial<z.input<typeof NewSender>> = {}): z.input<typeof NewSender> {
  return {
    name: `Sender ${randomUUID().slice(0, 8)}`,
    fromName: 'Ada of Example',
    fromEmail: 'ada@sender.example',
    postalAddress: '1 Example Street, Sampleton',
    kind: 'sandbox',
    ...change,
  }
}

export interface BuiltRecipient {
  readonly contactId: string
  readonly email: string
  readonly variantId: string | null
}

export function buildRecipient(change: Partial<BuiltRecipient> = {}): BuiltRecipient {
  const contactId = randomUUID()
  return { contactId, email: `p${contactId.slice(0, 8)}@example.org`, variantId: null, ...change }
}

/** About 1 kB with a link, a merge field and the unsubscribe link. */
export function buildEmail() {
  return {
    subject: 'Hello {{first_name|there}}',
    preheader: 'News for {{first_name|you}} & more',
    html: '<!doctype html><html><body><div style="display:none">News for {{first_name|you}} &amp; more</div><p>Hello {{first_name}}</p><a href="https://shop.example/offer?a=1&amp;b=2">Offer</a> <a href="https://shop.example/second">Second</a> <a href="{{unsubscribe_url}}">Unsubscribe</a> <a href="{{preferences_url}}">Choose</a><p>{{sender_name}}, {{sender_address}}</p></body></html>',
    text: 'Hello {{first_name}}\nhttps://shop.example/offer\n{{unsubscribe_url}}\n{{sender_address}}',
  }
}
