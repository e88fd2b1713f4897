import type { Egress } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import type { FactorDeps } from './deps.ts'
import { passkeyHome } from './passkey-ceremony.ts'
import { createTwilio } from './twilio.ts'

/** What second factors need besides the rest of the service. */
export function startFactors(deps: Deps, egress: Egress): FactorDeps {
  return {
    ...deps,
    texts: createTwilio(egress, deps.config),
    passkeyHome: () => passkeyHome(deps.http.publicUrl),
    productName: async () => (await deps.brandOf(undefined)).productName,
  }
}
