import type { BlockReason } from '@fanfare/audience/contract'
import type { Lane } from '../contract.ts'
import { wireAddress } from '../message/addresses.ts'
import type { Change, PendingRow } from '../store/outcomes.ts'
import type { EngineDeps } from './deps.ts'

/** One person about to be written to. */
export interface Recipient {
  readonly row: PendingRow
  /** As it goes on the wire. */
  readonly email: string
  readonly values: Readonly<Record<string, string>>
}

const blockTexts = {
  suppressed: 'The address is on the suppression list',
  unsubscribed: 'The person has unsubscribed',
  bounced: 'The address bounced before',
  complained: 'The person complained about a message before',
  no_consent: 'There is no consent to write to this person',
  deleted: 'The contact has been deleted',
} as const satisfies Record<BlockReason, string>

/** Splits a batch, in one or two questions to the audience, into who is written to and who is not, and why. */
export async function admit(
  { audience }: Pick<EngineDeps, 'audience'>,
  { tenantId, lane, rows }: { readonly tenantId: string; readonly lane: Lane; readonly rows: readonly PendingRow[] },
) {
  if (rows.length === 0) return { recipients: [], refused: [] }
  return lane === 'transactional' ? admitAddresses(audience, tenantId, rows) : admitContacts(audience, tenantId, rows)
}

/** Who is in a campaign or a journey: contacts, at the address that they have now. */
async function admitContacts(audience: EngineDeps['audience'], tenantId: string, rows: readonly PendingRow[]) {
  const contactIds = rows.flatMap((row) => row.contact_id ?? [])
  const blocked = await audience.findBlocked({ tenantId, contactIds })
  const merged = await audience.mergeValues({ tenantId, contactIds })
  const reasons = new Map(blocked.map(({ contactId, reason }) => [contactId, reason]))
  const contacts = new Map(merged.map((contact) => [contact.contactId, contact]))
  return split(rows, (row) => {
    const contact = contacts.get(row.contact_id ?? '')
    const reason = reasons.get(row.contact_id ?? '') ?? (contact === undefined ? 'deleted' : undefined)
    return { reason, email: contact?.email ?? row.email, values: contact?.values ?? {} }
  })
}

/** Who waits for a message: an address, whosever it is. What is merged lies with the message. */
async function admitAddresses(audience: EngineDeps['audience'], tenantId: string, rows: readonly PendingRow[]) {
  const blocked = await audience.findBlockedAddresses({ tenantId, emails: rows.map(({ email }) => email) })
  const reasons = new Map(blocked.map(({ email, reason }) => [email, reason]))
  return split(rows, ({ email }) => ({ reason: reasons.get(email), email, values: {} }))
}

interface Verdict extends Pick<Recipient, 'email' | 'values'> {
  readonly reason: BlockReason | undefined
}

function split(rows: readonly PendingRow[], judge: (row: PendingRow) => Verdict) {
  const recipients: Recipient[] = []
  const refused: Change[] = []
  for (const row of rows) {
    const { reason, email, values } = judge(row)
    const address = wireAddress(email)
    if (reason !== undefined) refused.push(refuse(row, 'suppressed', blockTexts[reason]))
    else if (address === undefined) refused.push(refuse(row, 'failed', 'This is not an address that can be written to'))
    else recipients.push({ row, email: address, values })
  }
  return { recipients, refused }
}

function refuse(row: PendingRow, to: 'suppressed' | 'failed', reason: string): Change {
  return { id: row.id, from: row.state, to, reason, delayMs: null, attempts: row.attempts }
}
