import { isProviderKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { type RecordDeps, recordFeedback } from '../feedback/record.ts'
import { decodeTag } from '../message/tag.ts'
import { signingKeyContext } from '../senders/secrets.ts'
import { noteProviderEvent } from '../store/provider-events.ts'
import { findSender, type SenderRow } from '../store/senders.ts'
import { readMailgun } from './mailgun.ts'
import type { Notice, Told } from './notices.ts'
import { readSendGrid, sendGridFault } from './sendgrid.ts'
import { readSes } from './ses.ts'
import type { SnsCertificates } from './sns-certificates.ts'
import { decodeEventsToken } from './token.ts'

type TakeDeps = RecordDeps & Pick<Deps, 'keys' | 'egress' | 'log'> & { readonly snsCertificates: SnsCertificates }

export interface PostedEvents {
  readonly token: string
  /** As the address has it: an address is good for one kind only. */
  readonly provider: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As they came: the signature is of these bytes. */
  readonly body: Buffer
}

/**
 * Takes what a provider posts. Whatever is wrong costs no outbound call and no more than one row read; the same again changes
 * nothing. Returns how many were new.
 *
 * Problems: `delivery.events_missing`, `delivery.events_unsigned`, `delivery.events_unreadable`, `delivery.events_foreign`,
 * `delivery.events_unverified`.
 */
export async function takeProviderEvents(deps: TakeDeps, posted: PostedEvents): Promise<number> {
  const ref = decodeEventsToken(deps.keys, posted.token)
  if (ref === undefined) throw problem('events_missing')
  const { tenantId, senderId } = ref
  const sender = await deps.db.withTenant(tenantId, (trx) => findSender(trx, tenantId, senderId))
  if (sender === undefined || !isProviderKind(sender.kind) || sender.kind !== posted.provider)
    throw problem('events_missing')
  const { once, notices } = await read(deps, sender, posted)
  const feedback = notices.flatMap((notice) => feedbackOf(deps, sender, notice) ?? [])
  return deps.db.withTenant(tenantId, async (trx) => {
    // In one transaction with what it tells: what could not be kept may come again.
    if (once !== null && !(await noteProviderEvent(trx, tenantId, once))) return 0
    return recordFeedback(deps, tenantId, feedback)
  })
}

async function read(deps: TakeDeps, sender: SenderRow, { headers, body }: PostedEvents): Promise<Told> {
  const { provider } = sender
  const now = deps.clock.now()
  switch (provider?.kind) {
    case 'sendgrid': {
      const fault = sendGridFault(provider.verificationKey, headers, body, now)
      if (fault !== undefined) throw problem('events_unsigned', { detail: { reason: fault } })
      return { once: null, notices: readSendGrid(body, now) }
    }
    case 'mailgun':
      return readMailgun(openSigningKey(deps, sender), body, now)
    case 'ses':
      return readSes(deps, provider.topicArns, body)
    default:
      throw problem('events_missing')
  }
}

function openSigningKey({ keys }: TakeDeps, { tenant_id, id, signing_key }: SenderRow): string {
  if (signing_key === null) {
    const reason = 'the sender has no webhook signing key; enter the one that Mailgun shows'
    throw problem('events_unsigned', { detail: { reason } })
  }
  return keys.open(signing_key, signingKeyContext(tenant_id, id))
}

/** Undefined for messages that are not ours: of other programs on the account, of tests, of another workspace. */
function feedbackOf({ keys }: TakeDeps, sender: SenderRow, { tag, ...notice }: Notice): Feedback | undefined {
  const named = tag === undefined ? undefined : decodeTag(keys, tag)
  if (named?.tenantId !== sender.tenant_id) return undefined
  return { ...notice, deliveryId: named.deliveryId, source: sender.kind as Feedback['source'] }
}
