import { recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import type { Mailbox, MailboxMessage, NewMailbox } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors.ts'
import { isLoopbackName } from '../senders/target.ts'
import {
  deleteMailboxRow,
  getMailbox,
  insertMailbox,
  isMailboxNameTaken,
  listMailboxRows,
  type MailboxMessageRow,
  type MailboxRef,
  type MailboxRow,
  pageMailboxMessages,
  updateMailboxRow,
} from '../store/mailboxes.ts'
import { mailboxSealContext, openMailbox } from './open.ts'

type Needed = Pick<Deps, 'db' | 'keys' | 'ids' | 'clock' | 'events'>

export async function listMailboxes({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<Mailbox[]> {
  const rows = await db.withTenant(tenantId, (trx) => listMailboxRows(trx, tenantId))
  return rows.map(presentMailbox)
}

/** Problems: `delivery.mailbox_name_taken`, `delivery.mailbox_password_missing`, `delivery.plain_auth`. */
export async function createMailbox(deps: Needed, tenantId: string, mailbox: NewMailbox): Promise<Mailbox> {
  const id = deps.ids.next()
  if (mailbox.password === undefined) throw problem('mailbox_password_missing')
  const password = deps.keys.seal(mailbox.password, mailboxSealContext(tenantId, id))
  const columns = columnsOf(mailbox)
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = await insertMailbox(trx, { tenant_id: tenantId, id, password, ...columns })
    if (row === undefined) throw problem('mailbox_name_taken', { detail: { name: mailbox.name } })
    const target = { kind: 'mailbox', id, name: row.name }
    await recordAudit(deps.events, { tenantId, action: 'mailbox.created', target, after: auditedMailbox(row) })
    return presentMailbox(row)
  })
}

/** Without a password the stored one stays, but never for another server or user. What was read is not read again. */
export async function updateMailbox(deps: Needed, ref: MailboxRef, mailbox: NewMailbox): Promise<Mailbox> {
  return deps.db.withTenant(ref.tenantId, async (trx) => {
    const current = await getMailbox(trx, ref)
    if (await isMailboxNameTaken(trx, ref, mailbox.name)) {
      throw problem('mailbox_name_taken', { detail: { name: mailbox.name } })
    }
    const moved = current.host !== mailbox.host || current.username !== mailbox.username
    if (moved && mailbox.password === undefined) throw problem('mailbox_password_missing')
    const password =
      mailbox.password === undefined
        ? current.password
        : deps.keys.seal(mailbox.password, mailboxSealContext(ref.tenantId, ref.mailboxId))
    const elsewhere = moved || current.folder !== mailbox.folder || current.protocol !== mailbox.protocol
    const position = elsewhere ? { uid_validity: null, next_uid: '1' } : {}
    const fresh = { trouble: null, trouble_count: 0, due_at: deps.clock.now() }
    const row = await updateMailboxRow(trx, ref, { password, ...columnsOf(mailbox), ...position, ...fresh })
    await recordAudit(deps.events, {
      tenantId: ref.tenantId,
      action: 'mailbox.updated',
      target: { kind: 'mailbox', id: ref.mailboxId, name: row.name },
      before: auditedMailbox(current),
      after: { ...auditedMailbox(row), passwordReplaced: mailbox.password === undefined ? undefined : true },
    })
    return presentMailbox(row)
  })
}

/** Problem: `delivery.mailbox_missing`. */
export async function deleteMailbox({ db, events }: Pick<Deps, 'db' | 'events'>, ref: MailboxRef): Promise<void> {
  await db.withTenant(ref.tenantId, async (trx) => {
    const row = await getMailbox(trx, ref)
    if (!(await deleteMailboxRow(trx, ref))) throw problem('mailbox_missing', { detail: { id: ref.mailboxId } })
    await recordAudit(events, {
      tenantId: ref.tenantId,
      action: 'mailbox.deleted',
      target: { kind: 'mailbox', id: ref.mailboxId, name: row.name },
      before: auditedMailbox(row),
    })
  })
}

function auditedMailbox(row: MailboxRow) {
  const { name, protocol, host, port, tls, username, folder, active } = row
  const { remove_handled: removeHandled, every_seconds: everySeconds } = row
  return { name, protocol, host, port, tls, username, folder, active, removeHandled, everySeconds }
}

/** Connects, signs in and counts; reads nothing. Problem: `delivery.mailbox_missing`. */
export async function checkMailbox(deps: Pick<Deps, 'db' | 'keys' | 'config'>, ref: MailboxRef) {
  const row = await deps.db.withTenant(ref.tenantId, (trx) => getMailbox(trx, ref))
  try {
    await using remote = await openMailbox(deps, row)
    return { ok: true, messages: remote.count, text: `${row.host} let us in; there are ${remote.count} messages` }
  } catch (error) {
    return { ok: false, messages: null, text: error instanceof Error ? error.message : String(error) }
  }
}

export interface MailboxMessageQuery extends PageQuery {
  readonly state?: MailboxMessageRow['state'] | undefined
}

/** What was taken in, newest first. Problem: `delivery.mailbox_missing`. */
export async function listMailboxMessages({ db }: Pick<Deps, 'db'>, ref: MailboxRef, query: MailboxMessageQuery) {
  const [at, key] = decodeCursor(query.cursor, z.tuple([z.iso.datetime(), z.string()])) ?? []
  const before = at === undefined || key === undefined ? undefined : { at, key }
  const rows = await db.withTenant(ref.tenantId, async (trx) => {
    await getMailbox(trx, ref)
    return pageMailboxMessages(trx, ref, { state: query.state, before, limit: query.limit + 1 })
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  const nextCursor = rows.length > query.limit && last ? encodeCursor([last.at.toISOString(), last.key]) : null
  return { rows: page.map(presentMessage), nextCursor }
}

function columnsOf(mailbox: NewMailbox) {
  const { name, protocol, host, port, tls, username, folder, removeHandled, everySeconds, active } = mailbox
  if (tls === 'none' && !isLoopbackName(host)) throw problem('plain_auth', { detail: { host } })
  return {
    name,
    protocol,
    host,
    port,
    tls,
    username,
    folder,
    active,
    remove_handled: removeHandled,
    every_seconds: everySeconds,
  }
}

function presentMailbox(row: MailboxRow): Mailbox {
  const { id, name, protocol, host, port, tls, username, folder, active, handled, unmatched, broken, trouble } = row
  return {
    ...{ id, name, protocol, host, port, tls, username, folder, active, handled, unmatched, broken, trouble },
    removeHandled: row.remove_handled,
    everySeconds: row.every_seconds,
    polledAt: row.polled_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

function presentMessage(row: Omit<MailboxMessageRow, 'source'>): MailboxMessage {
  const { key, state, kind, subject, failure } = row
  return { key, state, kind, subject, failure, from: row.sender, at: row.at.toISOString() }
}
