import { sql } from 'kysely'
import type { CrewRun, CrewStep } from '../contract.ts'
import type { RunKey, Schema, StepRow, Trx } from './schema.ts'

export type StepChange = Partial<Omit<Schema['ai.crew_step'], 'tenant_id' | 'run_id' | 'step'>>

export function changeStep(
  trx: Trx,
  { tenantId, runId }: RunKey,
  step: CrewStep,
  change: StepChange,
): Promise<StepRow> {
  return trx
    .updateTable('ai.crew_step')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .where('step', '=', step)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function changeRunningSteps(trx: Trx, { tenantId, runId }: RunKey, change: StepChange): Promise<StepRow[]> {
  return trx
    .updateTable('ai.crew_step')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .where('state', '=', 'running')
    .returningAll()
    .execute()
}

/** Keeps what has been written so far, and says what has become of the run: somebody may have stopped it. */
export async function saveProgress(
  trx: Trx,
  { tenantId, runId }: RunKey,
  { step, text }: { step: CrewStep; text: string },
): Promise<CrewRun['state'] | undefined> {
  await trx
    .updateTable('ai.crew_step')
    .set({ text })
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .where('step', '=', step)
    .where('state', '=', 'running')
    .execute()
  const run = await trx
    .selectFrom('ai.crew_run')
    .select('state')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .executeTakeFirst()
  return run?.state
}

export async function sumCostOfSteps(trx: Trx, tenantId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ usd: number }>`
    select coalesce(sum(cost_usd), 0)::float8 as usd from ai.crew_step
    where tenant_id = ${tenantId} and started_at >= ${since}`.execute(trx)
  return rows[0]?.usd ?? 0
}
