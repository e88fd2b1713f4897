import type { Egress } from '@fanfare/kernel'
import type { FindTextRecords } from '../clients/text-records.ts'
import type { Deps } from '../deps.ts'

/** What signing in elsewhere works with. */
export interface FederationDeps extends Deps {
  egress: Egress
  findTextRecords: FindTextRecords
}
