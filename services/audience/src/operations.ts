import { type Client, implement } from '@fanfare/kernel'
import { findBlockedAddresses, findByEmail, suppressAddresses } from './addressees.ts'
import { Audience } from './contract.ts'
import { countContacts } from './counts.ts'
import type { Deps } from './deps.ts'
import { listFacts } from './facts.ts'
import { listFields } from './fields.ts'
import { findPreferences, setPreferences } from './preferences.ts'
import { describeAudience, mergeValues, pageAudience, recordEngagement } from './recipients.ts'
import { findBlockedRows } from './store/recipients.ts'
import { suppressContacts } from './suppressions.ts'

/** What other services may ask of the audience. */
export function audienceOperations(deps: Deps): Client<(typeof Audience)['operations']> {
  return implement(Audience, {
    describeAudience: (input) => describeAudience(deps, input),
    pageAudience: (input) => pageAudience(deps, input),
    mergeValues: (input) => mergeValues(deps, input),
    findBlocked: ({ tenantId, contactIds }) => deps.db.withTenant(tenantId, (trx) => findBlockedRows(trx, contactIds)),
    findByEmail: (input) => findByEmail(deps, input),
    findBlockedAddresses: (input) => findBlockedAddresses(deps, input),
    listFields: ({ tenantId }) => listFields(deps, tenantId),
    suppress: async (input) => ({ suppressed: await suppressContacts(deps, input, 'delivery') }),
    suppressAddresses: async (input) => ({ suppressed: await suppressAddresses(deps, input, 'delivery') }),
    getPreferences: async ({ tenantId, contactId }) => (await findPreferences(deps, tenantId, contactId)) ?? null,
    setPreferences: async (input) => ({ subscribed: await setPreferences(deps, input) }),
    recordEngagement: async (input) => {
      await recordEngagement(deps, input)
      return {}
    },
    listFacts: ({ tenantId, contactId }) => listFacts(deps, tenantId, contactId),
    countContacts: ({ tenantId }) => countContacts(deps, tenantId),
  })
}
