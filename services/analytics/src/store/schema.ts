import type { ColumnType, Kysely } from 'kysely'
import type { FigureKind, Mark } from '../figures.ts'

type Properties = Record<string, string | number | boolean>

export interface Schema {
  'analytics.hit': { tenant_id: string; id: string; machine: number | null; counted: boolean }
  'analytics.mark': {
    tenant_id: string
    campaign_id: string
    contact_id: string
    mark: Mark
    variant_id: string | null
    at: Date
    hits: number
  }
  'analytics.rollup': {
    tenant_id: string
    campaign_id: string
    variant_id: string | null
    minute: Date
    kind: FigureKind
    count: number
  }
  'analytics.link': {
    tenant_id: string
    campaign_id: string
    url_hash: string
    url: string
    clicks: number
    people: number
  }
  'analytics.link_person': {
    tenant_id: string
    campaign_id: string
    url_hash: string
    contact_id: string
    hits: number
  }
  'analytics.external_event': {
    tenant_id: string
    id: string
    type: string
    contact_id: string | null
    at: Date
    properties: ColumnType<Properties, string, string>
    received_at: Date
  }
}
export type Trx = Kysely<Schema>
