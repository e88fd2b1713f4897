import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lane } from '../contract.ts'
import { type DueSender, listDueSenders } from '../store/batches.ts'
import { sendBatch } from './batch.ts'
import type { EngineDeps } from './deps.ts'
import { createGuard } from './guard.ts'
import { createHolds } from './holds.ts'
import { createKeeper } from './keeper.ts'
import { createLimits } from './limits.ts'
import { createMailings } from './mailings.ts'
import { freeDeadClaims } from './recovery.ts'
import { settleDispatch } from './settle.ts'
import type { EngineState } from './state.ts'
import { nextTurn } from './turns.ts'
import { createWays } from './ways.ts'

/** Sends what is due, for all workspaces. Any number of processes on one database share the work. */
export interface Engine {
  /** Begins to look for work. */
  start(): void
  /** There may be something due; without it, the engine finds out within half a second. */
  wake(): void
  /** Resolves when what is on the wire has finished and the rest went back. */
  drain(): Promise<void>
}

const pollMs = 500
/** A little longer than a batch takes on new messages. */
const placeForMs = 4_000
const leastPauseMs = 5
const lookForDeadEveryMs = 2_000
const pauseAfterFailureMs = 1_000

export function createEngine(deps: EngineDeps): Engine {
  const draining = new AbortController()
  const state: EngineState = {
    activeClaims: new Set(),
    freedClaims: new Set(),
    unwritten: new Set(),
    keeper: createKeeper(deps),
    ways: createWays(deps),
    mailings: createMailings(deps),
    limits: createLimits(deps.config),
    holds: createHolds(),
    settle: (ref) => settleDispatch(deps, ref),
    guard: createGuard(deps),
  }
  const hands = createHands()
  let woken = Promise.withResolvers<void>()
  let looking: Promise<void> = Promise.resolve()
  const wake = () => woken.resolve()

  async function work(due: DueSender): Promise<void> {
    const done = hands.take(due)
    // Its last messages may be with a server that takes minutes to answer; its place is for somebody else by then.
    const timer = setTimeout(done, placeForMs)
    try {
      const restMs = await sendBatch(deps, state, due, draining.signal)
      if (restMs > 0) hands.rest(due, restMs)
    } catch (error) {
      deps.log.error({ err: error, tenantId: due.tenantId }, 'a batch could not be sent')
      hands.rest(due, pauseAfterFailureMs)
    } finally {
      clearTimeout(timer)
      done()
      wake()
    }
  }

  /** Takes a batch for each of those who are due and whose turn it is; returns after how many milliseconds to look again. */
  async function turn(): Promise<number> {
    const senders = await deps.db.transaction(listDueSenders)
    const candidates = senders.filter((sender) => sender.dueInSeconds <= 0 && !hands.isResting(sender))
    const limits = { batches: deps.config.concurrentBatches, batchesPerSender: deps.config.batchesPerSender }
    let taken = 0
    for (let next = nextTurn(candidates, hands, limits); next; next = nextTurn(candidates, hands, limits)) {
      const running = work(next).finally(() => hands.running.delete(running))
      hands.running.add(running)
      // Whether there is one more is seen at the next look: this may have been the last.
      candidates.splice(candidates.indexOf(next), 1)
      taken++
    }
    if (taken > 0) return 0
    const later = senders.map(({ dueInSeconds }) => dueInSeconds * 1_000).filter((ms) => ms > 0)
    return Math.max(leastPauseMs, Math.min(pollMs, ...later))
  }

  async function keepLooking(): Promise<void> {
    let lookedForDeadMs = Number.NEGATIVE_INFINITY
    while (!draining.signal.aborted) {
      let waitMs = pauseAfterFailureMs
      woken = Promise.withResolvers()
      try {
        if (performance.now() - lookedForDeadMs > lookForDeadEveryMs) {
          lookedForDeadMs = performance.now()
          await freeDeadClaims(deps, state)
        }
        waitMs = await turn()
      } catch (error) {
        if (draining.signal.aborted) return
        deps.log.warn({ err: error }, 'the engine could not look for work; trying again')
      }
      await Promise.race([woken.promise, sleep(waitMs, undefined, { signal: draining.signal }).catch(() => {})])
    }
  }

  return {
    start() {
      looking = AsyncLocalStorage.snapshot()(keepLooking)
    },
    wake,
    async drain() {
      draining.abort()
      await looking
      await Promise.allSettled(hands.running)
      await state.ways[Symbol.asyncDispose]()
      await state.keeper[Symbol.asyncDispose]()
    },
  }
}

/** Counts the batches in hand, and remembers whose turn was when. */
function createHands() {
  const inHand = new Map<string, number>()
  const lastTurn = new Map<string, number>()
  const running = new Set<Promise<void>>()
  const restUntil = new Map<string, number>()
  let total = 0
  let turns = 0
  const add = (key: string, by: number) => {
    const count = (inHand.get(key) ?? 0) + by
    if (count === 0) inHand.delete(key)
    else inHand.set(key, count)
  }
  return {
    running,
    get total() {
      return total
    },
    inHandOf: (tenantId: string, lane: Lane) => inHand.get(`${tenantId} ${lane}`) ?? 0,
    inHandOfSender: (senderId: string, lane: Lane) => inHand.get(`${senderId} ${lane}`) ?? 0,
    lastTurnOf: (id: string) => lastTurn.get(id) ?? -1,
    rest({ senderId, lane }: DueSender, forMs: number): void {
      restUntil.set(`${senderId} ${lane}`, performance.now() + forMs)
    },
    isResting({ senderId, lane }: DueSender): boolean {
      const key = `${senderId} ${lane}`
      if ((restUntil.get(key) ?? 0) > performance.now()) return true
      restUntil.delete(key)
      return false
    },
    take({ tenantId, senderId, lane }: DueSender): () => void {
      const keys = [`${tenantId} ${lane}`, `${senderId} ${lane}`]
      total++
      turns++
      for (const id of [tenantId, senderId]) lastTurn.set(id, turns)
      for (const key of keys) add(key, 1)
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        total--
        for (const key of keys) add(key, -1)
      }
    },
  }
}
