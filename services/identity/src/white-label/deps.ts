import type { Clock, Database, Egress, Events, Http, Ids, Keys, Logger } from '@fanfare/kernel'
import type { FindTextRecords } from '../clients/text-records.ts'
import type { Schema } from '../store/schema.ts'
import type { Brands } from './brand.ts'
import type { SiteHosts } from './hosts.ts'
import type { Pictures } from './pictures.ts'

/** What the use cases of this folder work with; each names the part it takes. */
export interface WhiteLabelDeps {
  readonly db: Database<Schema>
  readonly clock: Clock
  readonly ids: Ids
  readonly events: Pick<Events, 'publish'>
  readonly keys: Pick<Keys, 'sign' | 'verify'>
  readonly egress: Pick<Egress, 'fetch'>
  readonly http: Pick<Http, 'publicUrl' | 'serveHosts'>
  readonly log: Logger
  readonly findTextRecords: FindTextRecords
  readonly pictures: Pictures
  readonly brands: Brands
  readonly hosts: SiteHosts
}
