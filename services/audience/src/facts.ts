import type { Deps } from './deps.ts'
import { findConsentEvents } from './store/consent.ts'
import { findContact } from './store/contacts.ts'
import { findSuppressionByEmail } from './store/suppressions.ts'
import type { consentActions } from './store/tables.ts'

interface Fact {
  readonly at: string
  readonly kind: string
  readonly text: string
}

const sentences: Readonly<Record<(typeof consentActions)[number], string>> = {
  given: 'Consent given',
  changed: 'Consent basis changed',
  withdrawn: 'Consent withdrawn',
  left_list: 'Left a list',
  joined_list: 'Joined a list again',
  lifted: 'Suppression lifted',
}

/** What this service knows of a contact's history, newest first. */
export async function listFacts(deps: Pick<Deps, 'db'>, tenantId: string, contactId: string): Promise<Fact[]> {
  return deps.db.withTenant(tenantId, async (trx) => {
    const contact = await findContact(trx, contactId)
    const events = await findConsentEvents(trx, contactId)
    const facts = events.map(({ at, action, basis, source }) => ({
      at: at.toISOString(),
      kind: `consent_${action}`,
      text: `${sentences[action]}${basis === null ? '' : ` (${basis.replaceAll('_', ' ')})`}, ${describeSource(source)}`,
    }))
    if (contact === undefined) return facts
    const suppression = await findSuppressionByEmail(trx, contact.email_key)
    if (suppression) {
      const text = `Put on the suppression list: ${suppression.reason.replaceAll('_', ' ')}`
      facts.push({ at: suppression.created_at.toISOString(), kind: 'suppressed', text })
    }
    facts.push({ at: contact.created_at.toISOString(), kind: 'created', text: 'Became a contact' })
    return facts.sort((one, other) => other.at.localeCompare(one.at))
  })
}

function describeSource(source: string): string {
  const kind = source.split(':', 1)[0]
  switch (kind) {
    case 'user':
      return 'by a member of the workspace'
    case 'key':
      return 'through the API'
    case 'import':
      return 'by an import'
    case 'person':
      return 'by the person'
    default:
      return `by ${kind}`
  }
}
