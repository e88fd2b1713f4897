import { composeFor, letterFor } from '../message/recipient.ts'
import { readOrders } from '../messages/letters.ts'
import type { SenderIdentity } from '../senders/target.ts'
import type { Letter } from '../transport/letter.ts'
import type { Recipient } from './admission.ts'
import type { BatchInHand } from './claim.ts'
import type { EngineDeps } from './deps.ts'
import type { EngineState } from './state.ts'

/** What the recipients of one batch are told. Undefined when what a message is made from is gone. */
export interface BatchContent {
  composeFor(recipient: Recipient): Buffer | undefined
  /** The same for a provider that composes itself. */
  letterFor(recipient: Recipient): Letter | undefined
}

/** A campaign's content is its variants, kept while it is sent; a message by the API has its own. */
export async function readContent(
  deps: EngineDeps,
  { mailings }: Pick<EngineState, 'mailings'>,
  { ref, lane, recipients }: Pick<BatchInHand, 'ref' | 'lane' | 'recipients'>,
  from: SenderIdentity,
): Promise<BatchContent> {
  if (lane === 'transactional') {
    const messageIds = [...new Set(recipients.flatMap(({ row }) => row.variant_id ?? []))]
    const orders = await readOrders(deps, ref.tenantId, { from, messageIds })
    const orderOf = ({ row }: Recipient) => orders.get(row.variant_id ?? '')
    return {
      composeFor: (recipient) => orderOf(recipient)?.composeFor(recipient, deps.clock.now()),
      letterFor: (recipient) => orderOf(recipient)?.letterFor(recipient),
    }
  }
  const variants = await mailings.of(ref, from)
  const mailingOf = ({ row }: Recipient) => variants.get(row.variant_id ?? '')
  const addressed = ({ row, email, values }: Recipient) => ({ id: row.id, email, values })
  return {
    composeFor(recipient) {
      const mailing = mailingOf(recipient)
      return mailing && composeFor(deps, mailing, addressed(recipient))
    },
    letterFor(recipient) {
      const mailing = mailingOf(recipient)
      return mailing && letterFor(deps, mailing, addressed(recipient))
    },
  }
}
