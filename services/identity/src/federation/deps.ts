import type { Egress, Keys } from '@fanfare/kernel'
import type { Deps } from '../deps.ts'
import type { FindTextRecords } from './name-server.ts'

/** What signing in elsewhere works with. */
export interface FederationDeps extends Deps {
  keys: Keys
  egress: Egress
  findTextRecords: FindTextRecords
  /** The base of every link, from the config: never the Host header. */
  publicUrl: () => string
}
