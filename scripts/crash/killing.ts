import { setTimeout as sleep } from 'node:timers/promises'
import type { Kill } from './plan.ts'
import type { Stage } from './stage.ts'
import type { Worker } from './worker.ts'

/** What a kill did. */
export interface Killed {
  readonly who: string
  /** Messages that the sink had taken of the campaign at that moment. */
  readonly messages: number
  /** Connections to the sink that ended with the worker; with PostgreSQL, those that were open and stay so. */
  readonly connections: number
  /** Messages that may be in doubt after it: one a connection that was cut. What PostgreSQL misses is told to it later. */
  readonly mayDoubt: number
  /** Until what was killed answered again. */
  readonly backAfter: Promise<number>
}

/** The system tells the sink of a dead client's connections at once; this is ample. */
const noticeMs = 150

/** Kills what the plan says, and lets it be started again. */
export function carryOut(stage: Stage, kill: Kill): Promise<Killed> {
  return kill.victim === 'postgres' ? killPostgres(stage, kill) : killWorker(stage, kill)
}

async function killWorker({ workers, sink }: Stage, { pick }: Kill): Promise<Killed> {
  const worker = await someWorker(workers, pick)
  const before = await sink.counts()
  await worker.kill()
  const since = performance.now()
  await sleep(noticeMs)
  const after = await sink.counts()
  const cut = after.cut - before.cut
  return {
    who: worker.name,
    messages: before.messages,
    connections: cut,
    mayDoubt: cut,
    backAfter: worker.up().then(() => performance.now() - since),
  }
}

async function someWorker(workers: readonly Worker[], pick: number): Promise<Worker> {
  for (;;) {
    const up = workers.filter(({ isUp }) => isUp)
    const worker = up[Math.floor(pick * up.length)]
    if (worker !== undefined) return worker
    await sleep(50)
  }
}

async function killPostgres({ postgres, sink }: Stage, { rest }: Kill): Promise<Killed> {
  if (postgres === undefined) throw new Error('There is no PostgreSQL of this run to kill')
  const { messages, open } = await sink.counts()
  await postgres.crash()
  const since = performance.now()
  await sleep(rest * 1_000)
  return {
    who: 'PostgreSQL',
    messages,
    connections: open,
    mayDoubt: 0,
    backAfter: postgres.start().then(() => performance.now() - since),
  }
}
