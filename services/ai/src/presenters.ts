import type { z } from 'zod'
import { type CrewRun, crewSteps, type StepState } from './contract.ts'
import type { RunRow, StepRow } from './store/schema.ts'

export function toRun(row: RunRow, steps: readonly StepRow[]): z.input<typeof CrewRun> {
  const ordered = crewSteps.flatMap((name) => steps.find((step) => step.step === name) ?? [])
  const started = ordered.filter((step) => step.by !== null)
  const costs = started.map((step) => step.cost_usd)
  return {
    id: row.id,
    state: row.state,
    brief: row.brief,
    steps: ordered.map(toStep),
    strategy: row.strategy,
    variants: row.variants,
    verdicts: row.verdicts,
    costUsd: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    offline: started.some((step) => step.by === 'offline'),
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

export function toStep(row: StepRow): z.input<typeof StepState> {
  return {
    step: row.step,
    state: row.state,
    by: row.by,
    text: row.text,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
