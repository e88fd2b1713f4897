import type { Egress } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import type { FindTextRecords } from './name-server.ts'

/** What signing in elsewhere works with. */
export interface FederationDeps extends Deps {
  egress: Egress
  findTextRecords: FindTextRecords
}
