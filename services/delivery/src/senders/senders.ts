import { recordAudit } from '@fanfare/identity/contract'
import { isProviderKind, type NewSender, Pacing, type Sender } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { eventsUrlOf } from '../provider-events/token.ts'
import { hastenSender } from '../store/batches.ts'
import {
  deleteSenderRow,
  findSenderNamed,
  getSender,
  insertSender,
  isSenderUsed,
  listSenderRows,
  lockSenders,
  type SenderRow,
  updateSenderRow,
} from '../store/senders.ts'
import { checkFallbacks } from './fallbacks.ts'
import { secretsOf } from './secrets.ts'
import { isLoopbackName } from './target.ts'

type Shown = Pick<Deps, 'keys' | 'http'>
type Needed = Shown & Pick<Deps, 'db' | 'ids' | 'events'>

export async function listSenders(deps: Shown & Pick<Deps, 'db'>, tenantId: string): Promise<Sender[]> {
  const rows = await deps.db.withTenant(tenantId, (trx) => listSenderRows(trx, tenantId))
  return rows.map((row) => presentSender(deps, row))
}

/**
 * Problems: `delivery.sender_incomplete`, `delivery.provider_incomplete`, `delivery.provider_key_missing`,
 * `delivery.plain_auth`, `delivery.fallback_unusable`, `delivery.sender_name_taken`.
 */
export async function createSender(deps: Needed, tenantId: string, sender: NewSender): Promise<Sender> {
  const id = deps.ids.next()
  const columns = columnsOf(sender)
  const secrets = secretsOf(deps.keys, { tenantId, id }, sender)
  return deps.db.withTenant(tenantId, async (trx) => {
    if (columns.fallback_sender_ids.length > 0) {
      checkFallbacks(await lockSenders(trx, tenantId), { id, ...columns })
    }
    const row = await insertSender(trx, { tenant_id: tenantId, id, ...secrets, ...columns })
    if (row === undefined) throw problem('sender_name_taken', { detail: { name: sender.name } })
    await recordAudit(deps.events, {
      tenantId,
      action: 'sender.created',
      target: targetOf(row),
      after: auditedSender(row),
    })
    return presentSender(deps, row)
  })
}

/** Without a password the stored one stays; an empty one removes it. A new server never gets the old server's password. */
export async function updateSender(deps: Needed, tenantId: string, id: string, sender: NewSender): Promise<Sender> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const current = await getSender(trx, tenantId, id)
    const named = await findSenderNamed(trx, tenantId, sender.name)
    if (named !== undefined && named.id !== id) throw problem('sender_name_taken', { detail: { name: sender.name } })
    const columns = columnsOf(sender)
    if (columns.fallback_sender_ids.length > 0) {
      checkFallbacks(await lockSenders(trx, tenantId), { id, ...columns })
    }
    const secrets = secretsOf(deps.keys, { tenantId, id }, sender, current)
    // What was noted of the former settings says nothing of these.
    const proof = current.tracking_domain === sender.trackingDomain ? {} : { tracking_domain_proven_at: null }
    const unknown = { trouble: null, trouble_at: null, ...proof }
    const row = await updateSenderRow(trx, tenantId, id, { ...secrets, ...columns, ...unknown })
    // What waited for the former pace asks again.
    await hastenSender(trx, tenantId, id)
    const replaced = (name: 'password' | 'signing_key') => (row[name] === current[name] ? undefined : true)
    await recordAudit(deps.events, {
      tenantId,
      action: 'sender.updated',
      target: targetOf(row),
      before: auditedSender(current),
      after: {
        ...auditedSender(row),
        passwordReplaced: replaced('password'),
        signingKeyReplaced: replaced('signing_key'),
      },
    })
    return presentSender(deps, row)
  })
}

/** Problems: `delivery.sender_missing`, `delivery.sender_in_use`, `delivery.sender_is_fallback`. */
export async function deleteSender(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  id: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    const row = await getSender(trx, tenantId, id)
    if (await isSenderUsed(trx, tenantId, id)) throw problem('sender_in_use', { detail: { id } })
    const leaning = (await lockSenders(trx, tenantId)).find((sender) => sender.fallback_sender_ids.includes(id))
    if (leaning) throw problem('sender_is_fallback', { detail: { id, name: leaning.name } })
    await deleteSenderRow(trx, tenantId, id)
    await recordAudit(events, {
      tenantId,
      action: 'sender.deleted',
      target: targetOf(row),
      before: auditedSender(row),
    })
  })
}

function targetOf({ id, name }: SenderRow) {
  return { kind: 'sender', id, name }
}

/** Its settings; of its secrets only whether there are any. */
function auditedSender(row: SenderRow) {
  return {
    name: row.name,
    fromName: row.from_name,
    fromEmail: row.from_email,
    replyTo: row.reply_to,
    postalAddress: row.postal_address,
    kind: row.kind,
    smtp: row.smtp,
    provider: row.provider,
    messagesPerSecond: row.messages_per_second,
    pacing: row.pacing,
    returnPathDomain: row.return_path_domain,
    trackingDomain: row.tracking_domain,
    fallbackSenderIds: row.fallback_sender_ids,
    hasPassword: row.password !== null,
    hasSigningKey: row.signing_key !== null,
  }
}

/** The workspace's first sender into the sandbox, made when there is none. */
export async function ensureSandboxSender(deps: Needed, tenantId: string, fromName: string): Promise<Sender> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const found = (await listSenderRows(trx, tenantId)).find((sender) => sender.kind === 'sandbox')
    if (found) return presentSender(deps, found)
    const made = await insertSender(trx, {
      tenant_id: tenantId,
      id: deps.ids.next(),
      name: 'Sandbox',
      from_name: fromName,
      from_email: 'hello@sandbox.example',
      reply_to: '',
      postal_address: '',
      kind: 'sandbox',
      smtp: null,
      password: null,
      messages_per_second: null,
      provider: null,
      signing_key: null,
    })
    return presentSender(deps, made ?? ((await findSenderNamed(trx, tenantId, 'Sandbox')) as SenderRow))
  })
}

function columnsOf(sender: NewSender) {
  if (sender.kind === 'smtp' && sender.smtp === null) throw problem('sender_incomplete')
  if (isProviderKind(sender.kind) && sender.provider?.kind !== sender.kind) {
    throw problem('provider_incomplete', { detail: { kind: sender.kind } })
  }
  const smtp = sender.kind === 'smtp' ? sender.smtp : null
  const signsIn = smtp !== null && smtp.username !== ''
  if (signsIn && smtp.tls === 'none' && !isLoopbackName(smtp.host)) {
    throw problem('plain_auth', { detail: { host: smtp.host } })
  }
  return {
    name: sender.name,
    from_name: sender.fromName,
    from_email: sender.fromEmail,
    reply_to: sender.replyTo,
    postal_address: sender.postalAddress,
    kind: sender.kind,
    smtp: smtp === null ? null : JSON.stringify(smtp),
    messages_per_second: sender.messagesPerSecond,
    pacing: JSON.stringify(sender.pacing),
    return_path_domain: sender.returnPathDomain,
    tracking_domain: sender.trackingDomain,
    provider: isProviderKind(sender.kind) ? JSON.stringify(sender.provider) : null,
    fallback_sender_ids: sender.fallbackSenderIds,
  }
}

export function presentSender(deps: Shown, row: SenderRow): Sender {
  return {
    id: row.id,
    name: row.name,
    fromName: row.from_name,
    fromEmail: row.from_email,
    replyTo: row.reply_to,
    postalAddress: row.postal_address,
    kind: row.kind,
    smtp: row.smtp,
    hasPassword: row.password !== null,
    messagesPerSecond: row.messages_per_second,
    pacing: Pacing.parse(row.pacing),
    returnPathDomain: row.return_path_domain,
    trackingDomain: row.tracking_domain,
    provider: row.provider,
    hasSigningKey: row.signing_key !== null,
    fallbackSenderIds: row.fallback_sender_ids,
    eventsUrl: eventsUrlOf(deps, row),
    trouble:
      row.trouble === null ? null : { text: row.trouble, since: (row.trouble_at ?? row.created_at).toISOString() },
    createdAt: row.created_at.toISOString(),
  }
}
