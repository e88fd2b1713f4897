import { isProblem, type JobRun } from '@fanfare/kernel'
import { type CrewStep, crewSteps } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { RunCrew } from '../jobs.ts'
import { toStep } from '../presenters.ts'
import { finishRun } from '../runs.ts'
import { listSteps, lockUnfinishedRun, saveWork } from '../store/runs.ts'
import type { RunKey, StepRow, Trx } from '../store/schema.ts'
import { changeStep, type StepChange, saveProgress } from '../store/steps.ts'
import { type Performance, performStep, type Work } from './perform.ts'
import { createTextStream } from './text-stream.ts'

/** How often a step looks whether somebody has stopped the run; a stop is promised to work within a second. */
const lookEveryMs = 400

/** Thrown through a writer that works on a run which has been stopped. */
class Stopped extends Error {}

/**
 * Works on a run step by step. Each step is committed when it is done, so that after a crash or a drain the next attempt
 * goes on at the first that is not. Ends quietly when the run has been stopped.
 */
export async function runCrew(deps: Deps, key: RunKey, job: Pick<JobRun, 'attempt' | 'signal'>): Promise<void> {
  try {
    for (const step of crewSteps) {
      const work = await beginStep(deps, key, step)
      if (work === 'ended') return
      if (work === 'done') continue
      await commitStep(deps, key, step, await perform(deps, key, { step, work, signal: job.signal }))
    }
    await inRun(deps, key, (trx) => finishRun(deps, trx, key, { state: 'done', failure: null }))
  } catch (error) {
    if (error instanceof Stopped) return
    await giveUpOrRetry(deps, key, { error, job })
  }
}

/** What will not pass with time, and the last attempt, end the run; anything else is left to the next attempt. */
async function giveUpOrRetry(
  deps: Deps,
  key: RunKey,
  { error, job }: { error: unknown; job: Pick<JobRun, 'attempt' | 'signal'> },
) {
  const mayPass = !isProblem(error) || error.retryable
  if (job.signal.aborted || (mayPass && job.attempt <= RunCrew.retryLimit)) throw error
  deps.log.warn({ err: error, runId: key.runId }, 'a crew run failed')
  const failure = isProblem(error) ? error.message : 'The crew could not go on. The log says why.'
  await inRun(deps, key, (trx) => finishRun(deps, trx, key, { state: 'failed', failure }))
}

async function beginStep(deps: Deps, key: RunKey, step: CrewStep): Promise<Work | 'ended' | 'done'> {
  return inRun(deps, key, async (trx) => {
    const run = await lockUnfinishedRun(trx, key)
    if (run === undefined) return 'ended'
    const steps = await listSteps(trx, key.tenantId, [key.runId])
    if (steps.find((row) => row.step === step)?.state === 'done') return 'done'
    await saveWork(trx, key, {})
    await tellStep(deps, trx, key, step, {
      state: 'running',
      by: deps.router(step).name,
      text: '',
      started_at: deps.clock.now(),
    })
    return run
  })
}

async function perform(
  deps: Deps,
  key: RunKey,
  { step, work, signal }: { step: CrewStep; work: Work; signal: AbortSignal },
): Promise<Performance & { text: string }> {
  const topic = `crew-run/${key.runId}`
  const stream = createTextStream((text) => deps.live.publish(key.tenantId, topic, { type: 'text', step, text }))
  const stop = new AbortController()
  const watch = watchRun(deps, key, { step, stop, text: () => stream.text })
  try {
    const done = await performStep(step, work, {
      writer: deps.router(step),
      signal: AbortSignal.any([signal, stop.signal]),
      onText: (text) => stream.write(text),
    })
    return { ...done, text: stream.text }
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    stream.end()
    await watch.end()
  }
}

/** Looks at the row while a step runs: keeps its text for whoever opens the page now, and aborts when the run has ended. */
function watchRun(
  deps: Deps,
  key: RunKey,
  { step, stop, text }: { step: CrewStep; stop: AbortController; text: () => string },
): { end(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const state = await inRun(deps, key, (trx) => saveProgress(trx, key, { step, text: text() }))
    if (state !== 'running') stop.abort(new Stopped())
  }
  const timer = setInterval(() => {
    looking = looking
      .then(look)
      .catch((error) => deps.log.warn({ err: error, runId: key.runId }, 'could not look at a crew run'))
  }, lookEveryMs)
  return {
    end: () => {
      clearInterval(timer)
      return looking
    },
  }
}

async function commitStep(
  deps: Deps,
  key: RunKey,
  step: CrewStep,
  done: Performance & { text: string },
): Promise<void> {
  await inRun(deps, key, async (trx) => {
    if ((await lockUnfinishedRun(trx, key)) === undefined) throw new Stopped()
    await saveWork(trx, key, done.added)
    await tellStep(deps, trx, key, step, {
      state: 'done',
      by: done.by,
      text: done.text,
      input_tokens: done.usage.inputTokens,
      output_tokens: done.usage.outputTokens,
      cost_usd: done.usage.costUsd,
      finished_at: deps.clock.now(),
    })
  })
}

async function tellStep(
  deps: Pick<Deps, 'live'>,
  trx: Trx,
  key: RunKey,
  step: CrewStep,
  change: StepChange,
): Promise<StepRow> {
  const row = await changeStep(trx, key, step, change)
  deps.live.publish(key.tenantId, `crew-run/${key.runId}`, { type: 'step', step: toStep(row) })
  return row
}

function inRun<T>({ db }: Pick<Deps, 'db'>, { tenantId }: RunKey, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.withTenant(tenantId, work)
}
