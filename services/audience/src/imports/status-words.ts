import type { Contact, SuppressionReason } from '../contract.ts'
import { normaliseHeader } from './header-names.ts'

/** What a row says about whether its person may be written to; `subscribed` says nothing that we did not assume. */
export type RowStatus = Contact['status']

/** The suppression that an unhappy status brings along. */
export const suppressionOf = {
  unsubscribed: 'unsubscribed',
  bounced: 'hard_bounce',
  complained: 'complaint',
} as const satisfies Record<Exclude<RowStatus, 'subscribed'>, SuppressionReason>

const words: Readonly<Record<RowStatus, readonly string[]>> = {
  subscribed: [
    'subscribed',
    'active',
    'enabled',
    'confirmed',
    'opted in',
    'opt in',
    'yes',
    'true',
    '1',
    'marketing contact',
  ],
  unsubscribed: [
    'unsubscribed',
    'inactive',
    'disabled',
    'blocklisted',
    'blacklisted',
    'blocked',
    'opted out',
    'opt out',
    'no',
    'false',
    '0',
    'unconfirmed',
    'pending',
    'non subscribed',
    'nonsubscribed',
    'transactional',
    'archived',
    'suppressed',
  ],
  bounced: ['bounced', 'hard bounced', 'hard bounce', 'cleaned', 'invalid', 'undeliverable'],
  complained: ['complained', 'complaint', 'spam', 'abuse', 'junk', 'spam complaint'],
}
const statusByWord = new Map(
  Object.entries(words).flatMap(([status, list]) => list.map((word) => [word, status as RowStatus] as const)),
)

/** Columns whose yes means no: HubSpot's and others' opt-outs. */
const optOut = /^(?:unsubscribed|opted? out|do not (?:email|mail|contact)|unsubscribed from all email)/
/** Columns that are filled only for those who left: Mailchimp's and HubSpot's. */
const leftAt = /^(?:unsub time|unsubscribe(?:d)? (?:at|time|date|on))$/
const bouncedAt = /^(?:clean time|email hard bounce reason|hard bounce reason|bounced (?:at|date|on))$/

/** Makes the reader of a status column; it returns undefined for a word it does not know. An empty cell is `subscribed`. */
export function statusReaderOf(header: string): (cell: string) => RowStatus | undefined {
  const name = normaliseHeader(header)
  if (leftAt.test(name)) return (cell) => (cell.trim() === '' ? 'subscribed' : 'unsubscribed')
  if (bouncedAt.test(name)) return (cell) => (cell.trim() === '' ? 'subscribed' : 'bounced')
  if (optOut.test(name)) return readOptOut
  return (cell) => {
    const word = normaliseHeader(cell)
    return word === '' ? 'subscribed' : statusByWord.get(word)
  }
}

function readOptOut(cell: string): RowStatus | undefined {
  switch (normaliseHeader(cell)) {
    case '':
    case 'no':
    case 'false':
    case '0':
      return 'subscribed'
    case 'yes':
    case 'true':
    case '1':
    case 'unsubscribed':
      return 'unsubscribed'
    default:
      return undefined
  }
}
