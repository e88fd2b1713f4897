import { isProviderKind } from './contract.ts'
import type { Deps } from './deps.ts'
import type { Ending } from './engine/outcomes.ts'
import { wireAddress } from './message/addresses.ts'
import { composeFor, letterFor, type Mailing, type MailingRecipient, prepareMailing } from './message/recipient.ts'
import { openAccount } from './providers/account.ts'
import { identityOf, openSender } from './senders/target.ts'
import { SmtpSession } from './smtp/session.ts'
import { getSender, type SenderRow } from './store/senders.ts'
import { testDeliveryId } from './tracking/tokens.ts'

export interface TestSend {
  readonly tenantId: string
  readonly senderId: string
  readonly emailId: string
  readonly to: string
  readonly contactId?: string | undefined
}

type TestDeps = Pick<
  Deps,
  'db' | 'content' | 'audience' | 'keys' | 'http' | 'egress' | 'clock' | 'ids' | 'config' | 'sandbox' | 'signers'
>

/**
 * Sends one message now and waits for the server's answer. Its links are not tracked, and its unsubscribe and preference
 * pages say that it was a test.
 */
export async function sendTest(
  deps: TestDeps,
  { tenantId, senderId, emailId, to, contactId }: TestSend,
): Promise<Answer> {
  const sender = await deps.db.withTenant(tenantId, (trx) => getSender(trx, tenantId, senderId))
  const email = await deps.content.compileEmail({ tenantId, emailId })
  const [contact] = contactId ? await deps.audience.mergeValues({ tenantId, contactIds: [contactId] }) : []
  const address = wireAddress(to)
  if (address === undefined) return { accepted: false, reply: `${to} is not an address that can be written to` }
  const mailing = prepareMailing(deps, tenantId, identityOf(deps, sender), email)
  const recipient = { id: deps.ids.next(), linksOf: testDeliveryId, email: address, values: contact?.values ?? {} }
  const send = isProviderKind(sender.kind) ? sendByProvider : sendBySmtp
  return send(deps, sender, mailing, recipient)
}

type Answer = { accepted: boolean; reply: string }

async function sendBySmtp(deps: TestDeps, sender: SenderRow, mailing: Mailing, recipient: MailingRecipient) {
  const content = await deps.signers.sign(mailing.tenantId, mailing.from.domain, composeFor(deps, mailing, recipient))
  const { target, address } = await openSender(deps, sender)
  try {
    await using session = await SmtpSession.open(target, deps.config)
    return answerOf(await session.send({ from: address, to: recipient.email, size: content.length }, content))
  } catch (error) {
    return { accepted: false, reply: error instanceof Error ? error.message : String(error) }
  }
}

async function sendByProvider(deps: TestDeps, sender: SenderRow, mailing: Mailing, recipient: MailingRecipient) {
  const { endings } = await openAccount(deps, sender).send([letterFor(deps, mailing, recipient)])
  return answerOf(endings[0] as Ending)
}

function answerOf(ending: Ending): Answer {
  return { accepted: ending.kind === 'reply' && ending.code < 300, reply: ending.text }
}
