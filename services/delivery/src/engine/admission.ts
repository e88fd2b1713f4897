import type { BlockReason } from '@fanfare/audience/contract'
import { wireAddress } from '../message/addresses.ts'
import { messageIdOf } from '../message/message-id.ts'
import type { ClaimedRow } from '../store/claims.ts'
import type { Run } from './batch.ts'
import type { EngineDeps } from './engine.ts'
import type { Outcome } from './outcomes.ts'

/** One person about to be written to. */
export interface Recipient {
  readonly id: string
  readonly contactId: string
  /** As it goes on the wire. */
  readonly email: string
  readonly variantId: string
  readonly messageId: string
  readonly values: Readonly<Record<string, string>>
  /** 1 on the first try. */
  readonly attempt: number
}
export interface Refused {
  readonly id: string
  readonly outcome: Pick<Outcome, 'state' | 'reason' | 'delayMs' | 'counted'>
}

const blockTexts = {
  suppressed: 'The address is on the suppression list',
  unsubscribed: 'The person has unsubscribed',
  bounced: 'The address bounced before',
  complained: 'The person complained about a message before',
  no_consent: 'There is no consent to write to this person',
  deleted: 'The contact has been deleted',
} as const satisfies Record<BlockReason, string>

/** Splits a batch, in two questions to the audience, into who is written to and who is not, and why. */
export async function admit(deps: EngineDeps, run: Run, rows: readonly ClaimedRow[]) {
  const { tenantId } = run.ref
  const contactIds = rows.map((row) => row.contact_id)
  const [blocked, merged] = await Promise.all([
    deps.audience.findBlocked({ tenantId, contactIds }),
    deps.audience.mergeValues({ tenantId, contactIds }),
  ])
  const reasons = new Map(blocked.map(({ contactId, reason }) => [contactId, reason]))
  const contacts = new Map(merged.map((contact) => [contact.contactId, contact]))
  const recipients: Recipient[] = []
  const refused: Refused[] = []
  for (const row of rows) {
    const contact = contacts.get(row.contact_id)
    const reason = reasons.get(row.contact_id) ?? (contact === undefined ? 'deleted' : undefined)
    if (reason !== undefined) refused.push(refuse(row, 'suppressed', blockTexts[reason]))
    else {
      const email = wireAddress(contact?.email ?? row.email)
      if (email === undefined) refused.push(refuse(row, 'failed', 'This is not an address that can be written to'))
      else recipients.push(recipientOf(deps, run, row, { email, values: contact?.values ?? {} }))
    }
  }
  return { recipients, refused }
}

function recipientOf(
  deps: EngineDeps,
  run: Run,
  row: ClaimedRow,
  contact: Pick<Recipient, 'email' | 'values'>,
): Recipient {
  return {
    id: row.id,
    contactId: row.contact_id,
    variantId: row.variant_id,
    messageId: messageIdOf(deps.keys, row.id, run.from.address),
    attempt: row.attempts + 1,
    ...contact,
  }
}

function refuse(row: ClaimedRow, state: 'suppressed' | 'failed', reason: string): Refused {
  return { id: row.id, outcome: { state, reason, delayMs: null, counted: false } }
}
