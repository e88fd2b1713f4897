import type { Deps } from './deps.ts'
import { wireAddress } from './message/addresses.ts'
import { composeFor, prepareMailing } from './message/recipient.ts'
import { addPreheader } from './message/variant.ts'
import { openSender } from './senders/target.ts'
import { SmtpSession } from './smtp/session.ts'
import { getSender } from './store/senders.ts'
import { testDeliveryId } from './tracking/tokens.ts'

export interface TestSend {
  readonly tenantId: string
  readonly senderId: string
  readonly emailId: string
  readonly to: string
  readonly contactId?: string | undefined
}

/**
 * Sends one message now and waits for the server's answer. Its links are not tracked, and its unsubscribe and preference
 * pages say that it was a test.
 */
export async function sendTest(
  deps: Pick<
    Deps,
    'db' | 'content' | 'audience' | 'keys' | 'http' | 'clock' | 'ids' | 'config' | 'sandbox' | 'signers'
  >,
  { tenantId, senderId, emailId, to, contactId }: TestSend,
): Promise<{ accepted: boolean; reply: string }> {
  const sender = await deps.db.withTenant(tenantId, (trx) => getSender(trx, tenantId, senderId))
  const email = await deps.content.compileEmail({ tenantId, emailId })
  const [contact] = contactId ? await deps.audience.mergeValues({ tenantId, contactIds: [contactId] }) : []
  const address = wireAddress(to)
  if (address === undefined) return { accepted: false, reply: `${to} is not an address that can be written to` }
  const from = await openSender(deps, sender)
  const html = addPreheader(email.html, email.preheader)
  const mailing = prepareMailing(tenantId, from, { ...email, html })
  const recipient = { id: deps.ids.next(), linksOf: testDeliveryId, email: address, values: contact?.values ?? {} }
  const content = await deps.signers.sign(tenantId, from.domain, composeFor(deps, mailing, recipient))
  try {
    await using session = await SmtpSession.open(from.target, deps.config)
    const ending = await session.send({ from: from.address, to: address, size: content.length }, content)
    return { accepted: ending.kind === 'reply' && ending.code < 300, reply: ending.text }
  } catch (error) {
    return { accepted: false, reply: error instanceof Error ? error.message : String(error) }
  }
}
