import { recordAudit } from '@fanfare/identity/contract'
import { readAddress } from './addresses.ts'
import { ContactSuppressed, type Suppression, type SuppressionReason } from './contract.ts'
import type { Actor, Deps } from './deps.ts'
import { problem } from './errors.ts'
import { insertConsentEvents } from './store/consent.ts'
import { findContactByKey } from './store/contacts.ts'
import {
  deleteSuppressionRow,
  insertSuppression,
  markSuppressed,
  pageSuppressions,
  suppressContactRows,
} from './store/suppressions.ts'
import { showSuppression } from './wire.ts'

export async function listSuppressions(
  deps: Pick<Deps, 'db'>,
  tenantId: string,
  search: string | undefined,
  page: { before: string | undefined; limit: number },
): Promise<{ rows: Suppression[]; next: string | undefined }> {
  const rows = await deps.db.withTenant(tenantId, (trx) => pageSuppressions(trx, search, page.before, page.limit + 1))
  const shown = rows.slice(0, page.limit)
  return { rows: shown.map(showSuppression), next: rows.length > page.limit ? shown.at(-1)?.id : undefined }
}

/** By hand, for an address that may or may not be a contact's. */
export async function createSuppression(
  deps: Deps,
  { tenantId }: Actor,
  { email, note }: { email: string; note: string },
): Promise<Suppression> {
  const address = readAddress(email)
  if (address === undefined) throw problem('email_invalid', { detail: { email } })
  return deps.db.withTenant(tenantId, async (trx) => {
    const row = await insertSuppression(trx, {
      tenant_id: tenantId,
      id: deps.ids.next(),
      email: address.email,
      email_key: address.key,
      reason: 'manual',
      note,
      created_at: deps.clock.now(),
    })
    if (row === undefined) throw problem('suppression_taken', { detail: { email } })
    await recordAudit(deps.events, {
      tenantId,
      action: 'suppression.created',
      target: targetOf(row),
      after: { reason: 'manual', note },
    })
    const contact = await findContactByKey(trx, address.key)
    await deps.events.publish(ContactSuppressed, { contactId: contact?.id ?? null, reason: 'manual' })
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return showSuppression(row)
  })
}

/** The address may be written to again if its contact's status and consent allow; the ledger says who lifted it. */
export async function deleteSuppression(deps: Deps, actor: Actor, suppressionId: string): Promise<void> {
  const { tenantId, source } = actor
  await deps.db.withTenant(tenantId, async (trx) => {
    const row = await deleteSuppressionRow(trx, suppressionId)
    if (row === undefined) throw problem('suppression_missing', { detail: { suppressionId } })
    const { reason, note } = row
    await recordAudit(deps.events, {
      tenantId,
      action: 'suppression.lifted',
      target: targetOf(row),
      before: { reason, note },
    })
    const contact = await findContactByKey(trx, row.email_key)
    if (contact === undefined) return
    const event = { tenant_id: tenantId, contact_id: contact.id, at: deps.clock.now(), basis: null, source }
    await insertConsentEvents(trx, [{ ...event, action: 'lifted' }])
    deps.live.publish(tenantId, 'contacts', { type: 'changed' })
  })
}

function targetOf({ id, email }: { id: string; email: string }) {
  return { kind: 'suppression', id, name: email }
}

/** Puts contacts on the list for a reason that another service found; returns how many were not on it. */
export async function suppressContacts(
  deps: Deps,
  wanted: { tenantId: string; contactIds: readonly string[]; reason: SuppressionReason; note: string },
  source: string,
): Promise<number> {
  const { tenantId, reason } = wanted
  const facts = { ...wanted, now: deps.clock.now() }
  return deps.db.withTenant(tenantId, async (trx) => {
    const suppressed = await suppressContactRows(trx, facts)
    await markSuppressed(trx, facts, source)
    for (const contactId of suppressed) await deps.events.publish(ContactSuppressed, { contactId, reason })
    if (suppressed.length > 0) deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return suppressed.length
  })
}
