import { type Address, readAddress } from './addresses.ts'
import { type BlockReason, ContactSuppressed, type SuppressionReason } from './contract.ts'
import type { Deps } from './deps.ts'
import { valuesOf } from './recipients.ts'
import { findBlockedKeys, findContactIdsByKey, findMergeRowsByKey, suppressKeys } from './store/addressees.ts'
import { markSuppressed } from './store/suppressions.ts'

interface Asked {
  readonly tenantId: string
  readonly emails: readonly string[]
}

/** Whose addresses these are, with what templates may say of them. Addresses of nobody are left out. */
export async function findByEmail(
  deps: Pick<Deps, 'db'>,
  { tenantId, emails }: Asked,
): Promise<{ email: string; contactId: string; values: Record<string, string> }[]> {
  const asked = byKey(emails)
  if (asked.size === 0) return []
  const rows = await deps.db.withTenant(tenantId, (trx) => findMergeRowsByKey(trx, [...asked.keys()]))
  return rows.flatMap((row) =>
    (asked.get(row.email_key) ?? []).map(({ email }) => ({
      email,
      contactId: row.id,
      values: valuesOf(row, row.keys),
    })),
  )
}

/** Which of these addresses nothing may be sent to, not even what a person waits for. */
export async function findBlockedAddresses(
  deps: Pick<Deps, 'db'>,
  { tenantId, emails }: Asked,
): Promise<{ email: string; reason: BlockReason }[]> {
  const asked = byKey(emails)
  if (asked.size === 0) return []
  const rows = await deps.db.withTenant(tenantId, (trx) => findBlockedKeys(trx, [...asked.keys()]))
  return rows.flatMap(({ key, reason }) => (asked.get(key) ?? []).map(({ email }) => ({ email, reason })))
}

/** Puts addresses on the suppression list, and their contacts with them; returns how many were not on it for this. */
export async function suppressAddresses(
  deps: Deps,
  { tenantId, emails, reason, note }: Asked & { readonly reason: SuppressionReason; readonly note: string },
  source: string,
): Promise<number> {
  const addresses = [...byKey(emails)].map(([key, [first]]) => ({ key, email: (first as Address).email }))
  const facts = { tenantId, reason, note, now: deps.clock.now() }
  return deps.db.withTenant(tenantId, async (trx) => {
    const suppressed = await suppressKeys(trx, addresses, facts)
    const contacts = await findContactIdsByKey(
      trx,
      addresses.map(({ key }) => key),
    )
    await markSuppressed(trx, { ...facts, contactIds: contacts.map(({ id }) => id) }, source)
    const contactIds = new Map(contacts.map(({ id, key }) => [key, id]))
    for (const key of suppressed) {
      await deps.events.publish(ContactSuppressed, { contactId: contactIds.get(key) ?? null, reason })
    }
    if (suppressed.length > 0) deps.live.publish(tenantId, 'contacts', { type: 'changed' })
    return suppressed.length
  })
}

/** As they were asked for, by what makes two of them the same. What is no address is nobody's. */
function byKey(emails: readonly string[]): Map<string, Address[]> {
  const given = [...new Set(emails)].flatMap((email) => {
    const address = readAddress(email)
    return address === undefined ? [] : [{ email, key: address.key }]
  })
  return Map.groupBy(given, ({ key }) => key)
}
