import type { Brand, Brief, CrewRun } from '../contract.ts'
import { crewSteps } from '../contract.ts'
import type { Added } from '../crew/perform.ts'
import type { RunKey, RunRow, StepRow, Trx } from './schema.ts'

const unfinished = ['waiting', 'running'] as const

export async function insertRun(
  trx: Trx,
  { tenantId, runId }: RunKey,
  { brief, brand, now }: { brief: Brief; brand: Brand; now: Date },
): Promise<void> {
  await trx
    .insertInto('ai.crew_run')
    .values({
      tenant_id: tenantId,
      id: runId,
      state: 'waiting',
      brief: JSON.stringify(brief),
      brand: JSON.stringify(brand),
      strategy: 'null',
      copies: '[]',
      variants: '[]',
      verdicts: '[]',
      failure: null,
      created_at: now,
      finished_at: null,
    })
    .execute()
  const step = {
    tenant_id: tenantId,
    run_id: runId,
    state: 'waiting',
    text: '',
    input_tokens: 0,
    output_tokens: 0,
  } as const
  await trx
    .insertInto('ai.crew_step')
    .values(
      crewSteps.map((name) => ({ ...step, step: name, by: null, cost_usd: null, started_at: null, finished_at: null })),
    )
    .execute()
}

export function findRun(trx: Trx, { tenantId, runId }: RunKey): Promise<RunRow | undefined> {
  return trx
    .selectFrom('ai.crew_run')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .executeTakeFirst()
}

/** Keeps others from changing the run until the transaction ends; undefined when it has ended already. */
export function lockUnfinishedRun(trx: Trx, { tenantId, runId }: RunKey): Promise<RunRow | undefined> {
  return trx
    .selectFrom('ai.crew_run')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .where('state', 'in', unfinished)
    .forUpdate()
    .executeTakeFirst()
}

/** Newest first; one row more than the limit tells that there is another page. */
export function listRuns(trx: Trx, tenantId: string, { limit, before }: { limit: number; before: string | undefined }) {
  return trx
    .selectFrom('ai.crew_run')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
}

export function listSteps(trx: Trx, tenantId: string, runIds: readonly string[]): Promise<StepRow[]> {
  return trx
    .selectFrom('ai.crew_step')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('run_id', 'in', runIds)
    .execute()
}

export async function saveWork(trx: Trx, { tenantId, runId }: RunKey, added: Added): Promise<void> {
  const columns = Object.fromEntries(Object.entries(added).map(([name, value]) => [name, JSON.stringify(value)]))
  await trx
    .updateTable('ai.crew_run')
    .set({ ...columns, state: 'running' })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .execute()
}

/** Ends a run once: false when it had ended before. */
export async function endRun(
  trx: Trx,
  { tenantId, runId }: RunKey,
  { state, failure, now }: { state: CrewRun['state']; failure: string | null; now: Date },
): Promise<boolean> {
  const result = await trx
    .updateTable('ai.crew_run')
    .set({ state, failure, finished_at: now })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .where('state', 'in', unfinished)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
