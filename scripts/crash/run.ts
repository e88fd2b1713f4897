import { type Outcome, sendUnderFire } from './campaign.ts'
import type { Killed } from './killing.ts'
import { paceOf, planKills } from './plan.ts'
import { type CrashOrder, openStage, type Stage } from './stage.ts'

export interface CrashFigures {
  readonly kills: number
  readonly postgresKills: number
  /** Kills that found open connections: the ones that can leave something in doubt. */
  readonly killsOnTheWire: number
  readonly recipients: number
  readonly campaigns: number
  /** Over all campaigns, as are those that follow. */
  readonly lost: number
  readonly duplicates: number
  /** Arrived, although the ledger says that they were not written to. */
  readonly untold: number
  readonly unknown: number
  /** Connections that the kills cut: no more than these can be in doubt, campaign by campaign. */
  readonly unknownBound: number
  readonly accountingExact: boolean
  /** Times that a worker ended without having been killed. */
  readonly falls: number
  readonly seconds: number
  readonly seed: number
  readonly database: string
  readonly workers: number
}
export interface CrashReport {
  readonly figures: CrashFigures
  readonly holds: boolean
}

/** Examples of each finding that are shown. */
const shown = 5

/** Sends campaigns to the same people while workers and the database are killed, until all kills of the plan are done. */
export async function runCrash(order: CrashOrder, say: (line: string) => void): Promise<CrashReport> {
  const began = performance.now()
  const kills = planKills(order.kills, order.seed, order.database === 'postgresql')
  await using stage = await openStage(order, say)
  const outcomes: Outcome[] = []
  // A send may end before its first kill; that often, something is wrong with the gaps.
  while (kills.length > 0 && outcomes.length < order.kills * 3) {
    const number = outcomes.length
    const pace = paceOf(number, order.recipients, order.kills)
    say(`campaign ${number + 1}: ${paceText(pace.messagesPerSecond)}`)
    const onKill = sayKill(order, { kills, number }, say)
    const outcome = await sendUnderFire(stage, order, { number: number + 1, pace, kills }, onKill)
    sayOutcome(number, outcome, say)
    outcomes.push(outcome)
  }
  const figures = figuresOf(order, stage, outcomes, (performance.now() - began) / 1_000)
  const holds =
    figures.kills === order.kills &&
    figures.lost + figures.duplicates + figures.untold === 0 &&
    outcomes.every((outcome) => outcome.unknown <= boundOf(outcome)) &&
    figures.accountingExact &&
    // A worker that ends by itself is a fault, whatever the ledger says.
    figures.falls === 0
  if (!holds) {
    stage.keepFolder()
    say(`it does not hold; the logs of the workers are kept in ${stage.folder}`)
  }
  return { figures, holds }
}

function paceText(messagesPerSecond: number | null): string {
  return messagesPerSecond === null
    ? 'as fast as it goes'
    : `the sink takes ${Math.round(messagesPerSecond)} messages a second`
}

function sayKill(
  { kills: all, recipients }: CrashOrder,
  { kills, number }: { kills: readonly unknown[]; number: number },
  say: (line: string) => void,
): (killed: Killed) => void {
  return ({ who, messages, connections, backAfter }) => {
    const which = `kill ${all - kills.length} of ${all}`
    const when = `campaign ${number + 1} at ${messages} of ${recipients}`
    const what = who === 'PostgreSQL' ? 'open' : 'cut'
    void backAfter.then((ms) =>
      say(`${which}: ${who}, ${when}, ${connections} connections ${what}; back after ${(ms / 1_000).toFixed(1)} s`),
    )
  }
}

function sayOutcome(number: number, outcome: Outcome, say: (line: string) => void): void {
  const { accounting, lost, duplicates, untold, inexact } = outcome
  const { audience, sent, failed, suppressed, pending, unknown } = accounting
  say(
    `campaign ${number + 1}: ${audience} = ${sent} sent + ${failed} failed + ${suppressed} suppressed + ${pending} pending + ` +
      `${unknown} unknown; ${lost.length} lost, ${duplicates.length} duplicates, ${untold.length} untold`,
  )
  for (const line of [...lost.slice(0, shown), ...duplicates.slice(0, shown), ...untold.slice(0, shown)])
    say(`  ${line}`)
  for (const figures of inexact.slice(0, shown)) say(`  did not add up: ${JSON.stringify(figures)}`)
}

function boundOf({ killed }: Outcome): number {
  return killed.reduce((total, { mayDoubt }) => total + mayDoubt, 0)
}

function figuresOf(order: CrashOrder, stage: Stage, outcomes: readonly Outcome[], seconds: number): CrashFigures {
  const killed = outcomes.flatMap((outcome) => outcome.killed)
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0)
  return {
    kills: killed.length,
    postgresKills: killed.filter(({ who }) => who === 'PostgreSQL').length,
    killsOnTheWire: killed.filter(({ connections }) => connections > 0).length,
    recipients: order.recipients,
    campaigns: outcomes.length,
    lost: sum(({ lost }) => lost.length),
    duplicates: sum(({ duplicates }) => duplicates.length),
    untold: sum(({ untold }) => untold.length),
    unknown: sum(({ unknown }) => unknown),
    unknownBound: sum(boundOf),
    accountingExact: outcomes.every(({ isExact }) => isExact),
    falls: stage.workers.reduce((total, { falls }) => total + falls, 0),
    seconds: Math.round(seconds),
    seed: order.seed,
    database: order.database,
    workers: order.workers,
  }
}
