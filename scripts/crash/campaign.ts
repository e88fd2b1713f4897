import { setTimeout as sleep } from 'node:timers/promises'
import type { Accounting } from '@fanfare/delivery/contract'
import { approveCampaign, sendCampaign } from '../../bench/workspace/campaigns.ts'
import { addressOf } from '../../bench/workspace/people.ts'
import { carryOut, type Killed } from './killing.ts'
import { askAccounting, askCampaign, askDeliveries } from './ledger.ts'
import { gapMs, type Kill, type Pace } from './plan.ts'
import type { CrashOrder, Stage } from './stage.ts'
import { isExact, judge, type Verdict } from './verdict.ts'

export interface CampaignPlan {
  readonly number: number
  readonly pace: Pace
  /** Kills that are left; those that were carried out are taken from its front. */
  readonly kills: Kill[]
}

export interface Outcome extends Verdict {
  readonly killed: readonly Killed[]
  readonly accounting: Accounting
  /** Polls in which the identity did not hold. */
  readonly inexact: readonly Accounting[]
}

/** Sends one campaign to everybody while things are killed, and judges what became of it. */
export async function sendUnderFire(
  stage: Stage,
  order: CrashOrder,
  { number, pace, kills }: CampaignPlan,
  onKill: (killed: Killed) => void,
): Promise<Outcome> {
  const { sink, senderId, emailId, ask } = stage
  await sink.reset()
  await sink.pace(pace.messagesPerSecond)
  const campaignId = await ask((client) => approveCampaign(client, { name: `Crash ${number}`, senderId, emailId }))
  await ask((client) => sendCampaign(client, campaignId))
  const poll = pollToEnd(stage, campaignId)
  const killed = await killUntil(stage, { kills, pace, isOver: () => poll.isOver }, onKill)
  // What is left is only waited for.
  await sink.pace(null)
  const { inexact } = await poll.ended
  await quiet(stage)

  const accounting = await askAccounting(stage, campaignId)
  const deliveries = await askDeliveries(stage, campaignId)
  const recipients = Array.from({ length: order.recipients }, (_, person) => addressOf(person))
  const verdict = judge({ recipients, deliveries, copies: await sink.record(), accounting })
  return { ...verdict, isExact: verdict.isExact && inexact.length === 0, killed, accounting, inexact }
}

interface Firing {
  readonly kills: Kill[]
  readonly pace: Pace
  isOver(): boolean
}

async function killUntil(stage: Stage, { kills, pace, isOver }: Firing, onKill: (killed: Killed) => void) {
  const all: Killed[] = []
  for (let kill = kills[0]; kill !== undefined; kill = kills[0]) {
    const until = performance.now() + gapMs(pace, kill)
    if (all.length > 0) await movesAgain(stage, isOver)
    while (performance.now() < until && !isOver()) await sleep(Math.min(20, Math.max(1, until - performance.now())))
    if (isOver()) break
    kills.shift()
    const killed = await carryOut(stage, kill)
    onKill(killed)
    all.push(killed)
    // A database that is down is up again before the next kill; a worker may still be starting.
    if (kill.victim === 'postgres') await killed.backAfter
  }
  await Promise.all(all.map(({ backAfter }) => backAfter))
  return all
}

const stillMs = 10_000

/** Resolves when messages come again after a kill: the next one would find nothing on the wire. Not for ever. */
async function movesAgain({ sink }: Stage, isOver: () => boolean): Promise<void> {
  const { messages } = await sink.counts()
  const until = performance.now() + stillMs
  while (performance.now() < until && !isOver()) {
    if ((await sink.counts()).messages > messages) return
    await sleep(20)
  }
}

const pollMs = 200
const stuckMs = 4 * 60_000

/** Asks for the accounts again and again until nothing is pending, or nothing has moved for long. */
function pollToEnd(stage: Stage, campaignId: string) {
  const inexact: Accounting[] = []
  let isOver = false
  async function run() {
    let moved = { pending: -1, at: performance.now() }
    while (performance.now() - moved.at < stuckMs) {
      const { frozenAt, accounting } = await askCampaign(stage, campaignId)
      if (accounting !== null && !isExact(accounting)) inexact.push(accounting)
      const pending = accounting?.pending ?? -1
      if (pending === 0 && frozenAt !== null) break
      if (pending !== moved.pending) moved = { pending, at: performance.now() }
      await sleep(pollMs)
    }
    isOver = true
    return { inexact }
  }
  const ended = run()
  return {
    ended,
    get isOver() {
      return isOver
    },
  }
}

/** Everything is up again, and for two seconds nothing more has come: whatever was to be sent by mistake has been. */
async function quiet({ workers, sink }: Stage): Promise<void> {
  await Promise.all(workers.map((worker) => worker.up()))
  for (;;) {
    const before = await sink.counts()
    await sleep(2_000)
    const after = await sink.counts()
    if (after.messages === before.messages) return
  }
}
