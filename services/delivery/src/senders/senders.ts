import { type NewSender, Pacing, type Sender } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { hastenSender } from '../store/batches.ts'
import {
  deleteSenderRow,
  findSenderNamed,
  getSender,
  insertSender,
  isSenderUsed,
  listSenderRows,
  type SenderRow,
  updateSenderRow,
} from '../store/senders.ts'
import { isLoopbackName, sealContext } from './target.ts'

type Needed = Pick<Deps, 'db' | 'keys' | 'ids'>

export async function listSenders({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Sender[]> {
  const rows = await db.withTenant(tenantId, (trx) => listSenderRows(trx, tenantId))
  return rows.map(presentSender)
}

/** Problems: `delivery.sender_incomplete`, `delivery.plain_auth`, `delivery.sender_name_taken`. */
export async function createSender(deps: Needed, tenantId: string, sender: NewSender): Promise<Sender> {
  const id = deps.ids.next()
  const columns = columnsOf(sender)
  const password = sender.password ? deps.keys.seal(sender.password, sealContext(tenantId, id)) : null
  const row = await deps.db.withTenant(tenantId, (trx) =>
    insertSender(trx, { tenant_id: tenantId, id, password, ...columns }),
  )
  if (row === undefined) throw problem('sender_name_taken', { detail: { name: sender.name } })
  return presentSender(row)
}

/** Without a password the stored one stays; an empty one removes it. A new server never gets the old server's password. */
export async function updateSender(deps: Needed, tenantId: string, id: string, sender: NewSender): Promise<Sender> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const current = await getSender(trx, tenantId, id)
    const named = await findSenderNamed(trx, tenantId, sender.name)
    if (named !== undefined && named.id !== id) throw problem('sender_name_taken', { detail: { name: sender.name } })
    const moved = current.smtp?.host !== sender.smtp?.host || current.smtp?.username !== sender.smtp?.username
    const kept = moved ? null : current.password
    const password =
      sender.password === undefined
        ? kept
        : sender.password === ''
          ? null
          : deps.keys.seal(sender.password, sealContext(tenantId, id))
    const row = await updateSenderRow(trx, tenantId, id, { password, ...columnsOf(sender) })
    // What waited for the former pace asks again.
    await hastenSender(trx, tenantId, id)
    return presentSender(row)
  })
}

/** Problems: `delivery.sender_missing`, `delivery.sender_in_use`. */
export async function deleteSender({ db }: Pick<Deps, 'db'>, tenantId: string, id: string): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    await getSender(trx, tenantId, id)
    if (await isSenderUsed(trx, tenantId, id)) throw problem('sender_in_use', { detail: { id } })
    await deleteSenderRow(trx, tenantId, id)
  })
}

/** The workspace's first sender into the sandbox, made when there is none. */
export async function ensureSandboxSender(deps: Needed, tenantId: string, fromName: string): Promise<Sender> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const found = (await listSenderRows(trx, tenantId)).find((sender) => sender.kind === 'sandbox')
    if (found) return presentSender(found)
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
    })
    return presentSender(made ?? ((await findSenderNamed(trx, tenantId, 'Sandbox')) as SenderRow))
  })
}

function columnsOf(sender: NewSender) {
  if (sender.kind === 'smtp' && sender.smtp === null) throw problem('sender_incomplete')
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
  }
}

export function presentSender(row: SenderRow): Sender {
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
    createdAt: row.created_at.toISOString(),
  }
}
