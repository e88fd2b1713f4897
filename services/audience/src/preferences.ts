import type { Kysely } from 'kysely'
import type { Actor, Deps } from './deps.ts'
import { type ConsentEvent, insertConsentEvents } from './store/consent.ts'
import { findContact, lockContact, saveContact } from './store/contacts.ts'
import { chooseLists, findListsOfContact } from './store/lists.ts'
import { findSuppressionByEmail, liftSuppression } from './store/suppressions.ts'
import type { Schema } from './store/tables.ts'
import { suppressContacts } from './suppressions.ts'

/** The person itself, on the page that every message links to. */
const source = 'person'

export interface Preferences {
  readonly email: string
  readonly subscribed: boolean
  readonly lists: { id: string; name: string; member: boolean }[]
}

/** Only lists that the person is on or left: the names of others are nobody's business. */
export async function findPreferences(
  deps: Pick<Deps, 'db'>,
  tenantId: string,
  contactId: string,
): Promise<Preferences | undefined> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const contact = await findContact(trx, contactId)
    if (contact === undefined) return undefined
    return {
      email: contact.email,
      subscribed: contact.status === 'subscribed' && !contact.suppressed,
      lists: await findListsOfContact(trx, contactId),
    }
  })
}

/** Returns whether the person is subscribed now: a bounce, a complaint or a word of the operator is not lifted here. */
export async function setPreferences(
  deps: Deps,
  { tenantId, contactId, ...chosen }: { tenantId: string; contactId: string; subscribed: boolean; listIds: string[] },
): Promise<boolean> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const contact = await lockContact(trx, contactId)
    if (contact === undefined) return false
    await recordListChoice(deps, trx, { tenantId, contactId }, chosen.listIds)
    if (!chosen.subscribed) {
      const wanted = { tenantId, contactIds: [contactId], reason: 'unsubscribed' as const, note: '' }
      await suppressContacts(deps, wanted, source)
      return false
    }
    return subscribeAgain(deps, trx, { tenantId, source }, contactId)
  })
}

async function recordListChoice(
  deps: Pick<Deps, 'clock'>,
  db: Kysely<Schema>,
  of: { tenantId: string; contactId: string },
  listIds: readonly string[],
): Promise<void> {
  const now = deps.clock.now()
  const changed = await chooseLists(db, of.contactId, listIds, now)
  const events = changed.map(
    ({ list_id, left_at }): ConsentEvent => ({
      tenant_id: of.tenantId,
      contact_id: of.contactId,
      at: now,
      action: left_at === null ? 'joined_list' : 'left_list',
      basis: null,
      source: `${source}:list:${list_id}`,
    }),
  )
  await insertConsentEvents(db, events)
}

async function subscribeAgain(deps: Deps, db: Kysely<Schema>, actor: Actor, contactId: string): Promise<boolean> {
  const contact = await lockContact(db, contactId)
  if (contact === undefined) return false
  const lifted = await liftSuppression(db, contact.email_key, 'unsubscribed')
  const isBlocked = (await findSuppressionByEmail(db, contact.email_key)) !== undefined
  if (isBlocked || contact.status === 'bounced' || contact.status === 'complained') return false
  if (!lifted && contact.status === 'subscribed') return true
  const now = deps.clock.now()
  // Asking for it again is consent, whatever was known before.
  const basis = contact.consent_basis === 'none' ? 'opt_in' : contact.consent_basis
  await saveContact(db, { ...contact, status: 'subscribed', consent_basis: basis, consent_at: now, updated_at: now })
  const event = { tenant_id: actor.tenantId, contact_id: contactId, at: now, basis, source: actor.source }
  await insertConsentEvents(db, [{ ...event, action: 'given' }])
  deps.live.publish(actor.tenantId, 'contacts', { type: 'changed' })
  return true
}
