import type { ColumnType, Kysely, Selectable } from 'kysely'
import type { Brand, Brief, CrewRun, CrewStep, DraftVariant, StepState, Strategy, Verdict } from '../contract.ts'
import type { Copy } from '../crew/copy.ts'

/** Read as what it is; written as the text of it, because an array would be taken for a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>

export interface Schema {
  'ai.brand': { tenant_id: string; brand: Json<Brand>; updated_at: Date }
  'ai.crew_run': {
    tenant_id: string
    id: string
    state: CrewRun['state']
    brief: Json<Brief>
    brand: Json<Brand>
    strategy: Json<Strategy | null>
    copies: Json<Copy[]>
    variants: Json<DraftVariant[]>
    verdicts: Json<Verdict[]>
    failure: string | null
    created_at: Date
    finished_at: Date | null
  }
  'ai.crew_step': {
    tenant_id: string
    run_id: string
    step: CrewStep
    state: StepState['state']
    by: string | null
    text: string
    input_tokens: number
    output_tokens: number
    cost_usd: number | null
    started_at: Date | null
    finished_at: Date | null
  }
}
export type RunRow = Selectable<Schema['ai.crew_run']>
export type StepRow = Selectable<Schema['ai.crew_step']>
export type Trx = Kysely<Schema>

/** Which run of which workspace. */
export interface RunKey {
  readonly tenantId: string
  readonly runId: string
}
