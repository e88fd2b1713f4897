import { assertAllowed, monthStart, recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import { Brand, type Brief, type CrewRun, CrewRunFinished } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { RunCrew } from './jobs.ts'
import { toRun } from './presenters.ts'
import { findBrand } from './store/brand.ts'
import { endRun, findRun, insertRun, listRuns, listSteps } from './store/runs.ts'
import type { RunKey, RunRow, StepRow, Trx } from './store/schema.ts'
import { changeRunningSteps, sumCostOfSteps } from './store/steps.ts'

type Presented = z.input<typeof CrewRun>

/** Keeps the run and its job in one transaction: neither is ever there without the other. */
export async function startRun(
  deps: Pick<Deps, 'db' | 'events' | 'jobs' | 'ids' | 'clock' | 'identity'>,
  tenantId: string,
  brief: Brief,
): Promise<Presented> {
  const { db, jobs, ids, clock } = deps
  await assertAllowed(deps.identity, {
    tenantId,
    limit: 'aiUsdPerMonth',
    // What it will cost is known at its end; there must be something left to spend.
    adding: 0.01,
    count: () => sumCost(deps, tenantId, monthStart(clock.now())),
  })
  return db.withTenant(tenantId, async (trx) => {
    const key = { tenantId, runId: ids.next() }
    const brand = (await findBrand(trx, tenantId)) ?? Brand.parse({})
    await insertRun(trx, key, { brief, brand, now: clock.now() })
    const target = { kind: 'crew_run', id: key.runId }
    await recordAudit(deps.events, { tenantId, action: 'crew_run.started', target, after: { goal: brief.goal } })
    await jobs.enqueue(RunCrew, { runId: key.runId }, { tenantId, singletonKey: key.runId })
    return present(trx, tenantId, await getRow(trx, key))
  })
}

/** US dollars since then. */
export function sumCost({ db }: Pick<Deps, 'db'>, tenantId: string, since: Date): Promise<number> {
  return db.withTenant(tenantId, (trx) => sumCostOfSteps(trx, tenantId, since))
}

export function getRun({ db }: Pick<Deps, 'db'>, key: RunKey): Promise<Presented> {
  return db.withTenant(key.tenantId, async (trx) => present(trx, key.tenantId, await getRow(trx, key)))
}

export function pageRuns({ db }: Pick<Deps, 'db'>, tenantId: string, { limit, cursor }: PageQuery) {
  const before = decodeCursor(cursor, z.tuple([z.uuid()]))?.[0]
  return db.withTenant(tenantId, async (trx) => {
    const found = await listRuns(trx, tenantId, { limit, before })
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    const steps =
      rows.length === 0
        ? []
        : await listSteps(
            trx,
            tenantId,
            rows.map((row) => row.id),
          )
    return {
      rows: rows.map((row) => toRun(row, stepsOf(row, steps))),
      nextCursor: last === undefined ? null : encodeCursor([last.id]),
    }
  })
}

/** Ends a run for good; whoever works on it sees that within a second. A run that has ended stays as it is. */
export function stopRun(deps: Pick<Deps, 'db' | 'events' | 'live' | 'clock'>, key: RunKey): Promise<Presented> {
  return deps.db.withTenant(key.tenantId, async (trx) => {
    const stopped = await finishRun(deps, trx, key, { state: 'stopped', failure: null })
    const target = { kind: 'crew_run', id: key.runId }
    if (stopped) await recordAudit(deps.events, { tenantId: key.tenantId, action: 'crew_run.stopped', target })
    return present(trx, key.tenantId, await getRow(trx, key))
  })
}

/** Ends a run and tells everybody, in the transaction that makes it true. Does nothing, and says so, when it had ended before. */
export async function finishRun(
  { events, live, clock }: Pick<Deps, 'events' | 'live' | 'clock'>,
  trx: Trx,
  key: RunKey,
  { state, failure }: { state: 'done' | 'failed' | 'stopped'; failure: string | null },
): Promise<boolean> {
  const now = clock.now()
  if (!(await endRun(trx, key, { state, failure, now }))) return false
  await changeRunningSteps(trx, key, { state: state === 'failed' ? 'failed' : 'waiting', finished_at: now })
  await events.publish(CrewRunFinished, { runId: key.runId, state })
  live.publish(key.tenantId, `crew-run/${key.runId}`, { type: 'finished', state })
  return true
}

async function getRow(trx: Trx, key: RunKey): Promise<RunRow> {
  const row = await findRun(trx, key)
  if (row === undefined) throw problem('run_missing', { detail: { runId: key.runId } })
  return row
}

async function present(trx: Trx, tenantId: string, row: RunRow): Promise<Presented> {
  return toRun(row, await listSteps(trx, tenantId, [row.id]))
}

function stepsOf(row: RunRow, steps: readonly StepRow[]): StepRow[] {
  return steps.filter((step) => step.run_id === row.id)
}
