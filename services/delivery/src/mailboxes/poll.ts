import { cleanText } from '../feedback/clean.ts'
import { type ReceiveDeps, receiveMessages } from '../intake/receive.ts'
import type { Understood } from '../intake/understand.ts'
import {
  findMailbox,
  forgetMailboxMessages,
  insertMailboxMessages,
  listKnownKeys,
  type MailboxMessageRow,
  type MailboxRef,
  type MailboxRow,
  updateMailboxRow,
} from '../store/mailboxes.ts'
import { openMailbox } from './open.ts'
import type { RemoteMailbox, RemoteMessage } from './remote.ts'

/** Messages that are read, recorded and noted together. */
const setSize = 25
const mostAPoll = 500
const keptOfBrokenBytes = 256 * 1024
const rememberedMs = 30 * 86_400_000
const longestPauseMs = 60 * 60_000

/**
 * Reads what is new in a mailbox. Each message is recorded once, whatever stops in between: that it was taken in is written
 * together with what it says. Returns how many were taken in; trouble with the server is noted, and tried again later.
 */
export async function pollMailbox(deps: ReceiveDeps, ref: MailboxRef, signal?: AbortSignal): Promise<number> {
  const mailbox = await deps.db.withTenant(ref.tenantId, (trx) => findMailbox(trx, ref))
  if (mailbox === undefined || !mailbox.active) return 0
  try {
    await using remote = await openMailbox(deps, mailbox)
    const { taken, isAll } = await takeNew(deps, ref, mailbox, remote, signal)
    await noteEnd(deps, ref, mailbox, isAll)
    return taken
  } catch (error) {
    await noteTrouble(deps, ref, mailbox, error instanceof Error ? error.message : String(error))
    return 0
  }
}

async function takeNew(
  deps: ReceiveDeps,
  ref: MailboxRef,
  mailbox: MailboxRow,
  remote: RemoteMailbox,
  signal: AbortSignal | undefined,
) {
  const listed = await remote.list({ uidValidity: mailbox.uid_validity, nextUid: Number(mailbox.next_uid) })
  const keys = listed.map(({ key }) => key)
  const known = await deps.db.withTenant(ref.tenantId, (trx) => listKnownKeys(trx, ref, keys))
  const fresh = listed.filter(({ key }) => !known.has(key))
  let taken = 0
  for (let at = 0; at < Math.min(fresh.length, mostAPoll) && signal?.aborted !== true; at += setSize) {
    const set = fresh.slice(at, at + setSize)
    const removable = await takeSet(deps, ref, mailbox, remote, set)
    if (mailbox.remove_handled) await remote.remove(removable)
    taken += set.length
  }
  await forget(deps, ref, keys)
  return { taken, isAll: taken >= fresh.length }
}

/** What was made of one message of the server. */
interface Taken {
  readonly remote: RemoteMessage
  readonly row: MailboxMessageRow
  readonly understood: Understood | undefined
}

/** Returns what may leave the server now. */
async function takeSet(
  deps: ReceiveDeps,
  ref: MailboxRef,
  mailbox: MailboxRow,
  remote: RemoteMailbox,
  set: readonly RemoteMessage[],
): Promise<RemoteMessage[]> {
  const read: { readonly message: RemoteMessage; readonly source: Buffer }[] = []
  for (const message of set) {
    read.push({ message, source: await remote.read(message, deps.config.intakeMaxBytes) })
  }
  try {
    return removable(await record(deps, ref, mailbox, remote, read))
  } catch (error) {
    deps.log.warn({ err: error, mailboxId: ref.mailboxId }, 'a set of messages could not be recorded; one at a time')
  }
  const taken: Taken[] = []
  for (const one of read) {
    try {
      taken.push(...(await record(deps, ref, mailbox, remote, [one])))
    } catch (error) {
      // When it is the database that is away, this fails, too, and the poll ends.
      await keepBroken(deps, ref, one.message, one.source, error)
    }
  }
  return removable(taken)
}

/** What machines wrote and is recorded. People's words and what nobody understood are not ours to delete. */
function removable(taken: readonly Taken[]): RemoteMessage[] {
  return taken
    .filter(({ row, understood }) => row.state === 'handled' && understood?.message.kind !== 'reply')
    .filter(({ understood }) => understood?.message.kind !== 'other')
    .map(({ remote }) => remote)
}

async function record(
  deps: ReceiveDeps,
  ref: MailboxRef,
  mailbox: MailboxRow,
  { uidValidity }: RemoteMailbox,
  read: readonly { readonly message: RemoteMessage; readonly source: Buffer }[],
): Promise<Taken[]> {
  return deps.db.withTenant(ref.tenantId, async (trx) => {
    const arrivals = read.map(({ source }) => ({ source, recipients: [] }))
    const understood = await receiveMessages(deps, arrivals, ref.tenantId)
    const taken = read.map(({ message }, index): Taken => {
      const one = understood[index] as Understood
      return { remote: message, row: rowOf(deps, ref, message, one), understood: one }
    })
    await insertMailboxMessages(
      trx,
      ref,
      taken.map(({ row }) => row),
    )
    const last = read.at(-1)?.message.uid ?? 0
    if (mailbox.protocol === 'imap') {
      await updateMailboxRow(trx, ref, { uid_validity: uidValidity, next_uid: String(last + 1) })
    }
    return taken
  })
}

function rowOf({ clock }: ReceiveDeps, ref: MailboxRef, { key }: RemoteMessage, one: Understood): MailboxMessageRow {
  return {
    tenant_id: ref.tenantId,
    mailbox_id: ref.mailboxId,
    key,
    state: one.outcome === 'feedback' ? 'handled' : 'unmatched',
    kind: one.message.kind,
    subject: cleanText(one.message.subject, 500),
    sender: cleanText(one.message.from, 320),
    failure: one.outcome === 'forged' ? 'It names a message in our form that we did not send' : null,
    source: null,
    at: clock.now(),
  }
}

async function keepBroken(
  deps: ReceiveDeps,
  ref: MailboxRef,
  { key }: RemoteMessage,
  source: Buffer,
  error: unknown,
): Promise<void> {
  const row: MailboxMessageRow = {
    tenant_id: ref.tenantId,
    mailbox_id: ref.mailboxId,
    key,
    state: 'broken',
    kind: null,
    subject: '',
    sender: '',
    failure: cleanText(error instanceof Error ? error.message : String(error), 500),
    source: source.subarray(0, keptOfBrokenBytes),
    at: deps.clock.now(),
  }
  await deps.db.withTenant(ref.tenantId, (trx) => insertMailboxMessages(trx, ref, [row]))
  deps.counts.add('broken')
  deps.log.error({ err: error, mailboxId: ref.mailboxId, key }, 'a message could not be recorded; it is kept')
}

/** POP3 lists everything each time, so what it lists is remembered. */
async function forget(deps: ReceiveDeps, ref: MailboxRef, stillThere: readonly string[]): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - rememberedMs)
  await deps.db.withTenant(ref.tenantId, (trx) => forgetMailboxMessages(trx, ref, { before, stillThere }))
}

async function noteEnd(deps: ReceiveDeps, ref: MailboxRef, mailbox: MailboxRow, isAll: boolean): Promise<void> {
  const now = deps.clock.now()
  const due_at = isAll ? new Date(now.getTime() + mailbox.every_seconds * 1_000) : now
  await deps.db.withTenant(ref.tenantId, (trx) =>
    updateMailboxRow(trx, ref, { polled_at: now, trouble: null, trouble_count: 0, due_at }),
  )
}

async function noteTrouble(deps: ReceiveDeps, ref: MailboxRef, mailbox: MailboxRow, reason: string): Promise<void> {
  const count = mailbox.trouble_count + 1
  const pauseMs = Math.min(longestPauseMs, mailbox.every_seconds * 1_000 * 2 ** Math.min(10, count - 1))
  const due_at = new Date(deps.clock.now().getTime() + pauseMs)
  const trouble = cleanText(reason, 500)
  await deps.db.withTenant(ref.tenantId, async (trx) => {
    if ((await findMailbox(trx, ref)) !== undefined) {
      await updateMailboxRow(trx, ref, { trouble, trouble_count: count, due_at })
    }
  })
  deps.log.warn({ mailboxId: ref.mailboxId, reason: trouble }, 'a mailbox could not be read; trying again later')
}
