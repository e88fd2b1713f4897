import { recordAudit } from '@fanfare/identity/contract'
import type { Kysely } from 'kysely'
import { readAddress } from './addresses.ts'
import type { Contact, ContactChange, NewContact } from './contract.ts'
import type { Actor, Deps } from './deps.ts'
import { problem } from './errors.ts'
import { findFieldTypes, readFields } from './fields.ts'
import { assertRoom } from './room.ts'
import { conditionOfSegment } from './segments.ts'
import { insertConsentEvents } from './store/consent.ts'
import {
  type ContactFilter,
  deleteContactRows,
  findContact,
  type InsertedContact,
  insertContact,
  lockContact,
  pageContacts,
  replaceTags,
  saveContact,
} from './store/contacts.ts'
import { findListIds, replaceLists } from './store/lists.ts'
import type { Schema } from './store/tables.ts'
import { showContact } from './wire.ts'

export interface ContactQuery extends Omit<ContactFilter, 'rules'> {
  readonly segmentId?: string | undefined
}

/** A page of contacts, newest first, and the id that the next begins before. */
export async function listContacts(
  deps: Deps,
  tenantId: string,
  query: ContactQuery,
  page: { before: string | undefined; limit: number },
): Promise<{ rows: Contact[]; next: string | undefined }> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const filter = await filterOf(deps, trx, query)
    const rows = await pageContacts(trx, filter, page.before, page.limit + 1)
    const shown = rows.slice(0, page.limit)
    return { rows: shown.map(showContact), next: rows.length > page.limit ? shown.at(-1)?.id : undefined }
  })
}

/** Turns a named segment into its condition. */
export async function filterOf(
  deps: Pick<Deps, 'clock'>,
  db: Kysely<Schema>,
  { segmentId, ...filter }: ContactQuery,
): Promise<ContactFilter> {
  if (segmentId === undefined) return filter
  return { ...filter, rules: await conditionOfSegment(deps, db, segmentId) }
}

export async function getContact(deps: Pick<Deps, 'db'>, tenantId: string, contactId: string): Promise<Contact> {
  return deps.db.withTenant(tenantId, (trx) => readContact(trx, contactId))
}

async function readContact(db: Kysely<Schema>, contactId: string): Promise<Contact> {
  const row = await findContact(db, contactId)
  if (row === undefined) throw missing(contactId)
  return showContact(row)
}

export async function createContact(deps: Deps, actor: Actor, wanted: NewContact): Promise<Contact> {
  const { tenantId } = actor
  const now = deps.clock.now()
  const address = addressOf(wanted.email)
  return deps.db.withTenant(tenantId, async (trx) => {
    await assertRoom(deps, trx, tenantId, 1)
    const contact: InsertedContact = {
      tenant_id: tenantId,
      id: deps.ids.next(),
      email: address.email,
      email_key: address.key,
      first_name: wanted.firstName,
      last_name: wanted.lastName,
      fields: readFields(wanted.fields, await findFieldTypes(trx)),
      status: 'subscribed',
      consent_basis: wanted.consentBasis,
      consent_at: now,
      created_at: now,
      updated_at: now,
    }
    if ((await insertContact(trx, contact)) === undefined) throw taken(address.email)
    await replaceTags(trx, tenantId, contact.id, wanted.tags)
    await setLists(trx, { tenantId, contactId: contact.id, now }, wanted.listIds)
    if (wanted.consentBasis !== 'none') await recordConsent(trx, actor, contact, 'given')
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return readContact(trx, contact.id)
  })
}

/** Only what is named changes. The ledger keeps a changed basis, and who unsubscribed or subscribed the person. */
export async function updateContact(
  deps: Deps,
  actor: Actor,
  contactId: string,
  change: ContactChange,
): Promise<Contact> {
  const { tenantId } = actor
  const now = deps.clock.now()
  return deps.db.withTenant(tenantId, async (trx) => {
    const before = await lockContact(trx, contactId)
    if (before === undefined) throw missing(contactId)
    const after = applyChange(before, change, { now, fields: await mergeFields(trx, before, change) })
    if (!(await saveContact(trx, after))) throw taken(after.email)
    if (change.tags) await replaceTags(trx, tenantId, contactId, change.tags)
    if (change.listIds) await setLists(trx, { tenantId, contactId, now }, change.listIds)
    if (after.consent_basis !== before.consent_basis) await recordConsent(trx, actor, after, 'changed')
    if (after.status !== before.status) {
      await recordConsent(trx, actor, after, after.status === 'subscribed' ? 'given' : 'withdrawn')
    }
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return readContact(trx, contactId)
  })
}

function applyChange(
  before: InsertedContact,
  change: ContactChange,
  { now, fields }: { now: Date; fields: InsertedContact['fields'] },
): InsertedContact {
  const address = change.email === undefined ? undefined : addressOf(change.email)
  const hasNewBasis = change.consentBasis !== undefined && change.consentBasis !== before.consent_basis
  return {
    ...before,
    email: address?.email ?? before.email,
    email_key: address?.key ?? before.email_key,
    first_name: change.firstName ?? before.first_name,
    last_name: change.lastName ?? before.last_name,
    fields,
    status: change.status ?? before.status,
    consent_basis: change.consentBasis ?? before.consent_basis,
    consent_at: hasNewBasis ? now : before.consent_at,
    updated_at: now,
  }
}

/** Fields named are set, or removed when null; the others stay. */
async function mergeFields(
  db: Kysely<Schema>,
  before: InsertedContact,
  change: ContactChange,
): Promise<InsertedContact['fields']> {
  if (change.fields === undefined) return before.fields
  const kept = readFields(change.fields, await findFieldTypes(db))
  const named = new Set(Object.keys(change.fields))
  const others = Object.entries(before.fields).filter(([key]) => !named.has(key))
  return { ...Object.fromEntries(others), ...kept }
}

/** The suppression of the address and the ledger stay. */
export async function deleteContact(deps: Deps, tenantId: string, contactId: string): Promise<void> {
  await deps.db.withTenant(tenantId, async (trx) => {
    if (!(await deleteContactRows(trx, contactId))) throw missing(contactId)
    // By id alone: who asked to be forgotten is not remembered here.
    const target = { kind: 'contact', id: contactId }
    await recordAudit(deps.events, { tenantId, action: 'contact.deleted', target })
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
  })
}

async function setLists(
  db: Kysely<Schema>,
  on: { tenantId: string; contactId: string; now: Date },
  listIds: readonly string[],
): Promise<void> {
  const known = new Set(await findListIds(db, listIds))
  const unknown = listIds.find((listId) => !known.has(listId))
  if (unknown !== undefined) throw problem('list_missing', { detail: { listId: unknown } })
  await replaceLists(db, on, listIds)
}

async function recordConsent(
  db: Kysely<Schema>,
  actor: Actor,
  contact: InsertedContact,
  action: 'given' | 'changed' | 'withdrawn',
): Promise<void> {
  const event = { tenant_id: actor.tenantId, contact_id: contact.id, at: contact.updated_at, action }
  await insertConsentEvents(db, [{ ...event, basis: contact.consent_basis, source: actor.source }])
}

function addressOf(email: string) {
  const address = readAddress(email)
  if (address === undefined) throw problem('email_invalid', { detail: { email } })
  return address
}

const missing = (contactId: string) => problem('contact_missing', { detail: { contactId } })
const taken = (email: string) => problem('email_taken', { detail: { email } })
