import { randomUUID } from 'node:crypto'
import { type DueSender, postponeSender } from '../store/batches.ts'
import { noteTrouble } from '../store/dispatches.ts'
import type { WayOutTrouble } from '../transport/letter.ts'
import { carryBatch } from './carry.ts'
import { type BatchInHand, takeBatch } from './claim.ts'
import type { EngineDeps } from './deps.ts'
import { backOff } from './outcomes.ts'
import { OutcomeRecorder } from './recorder.ts'
import type { EngineState } from './state.ts'

/** After this the rest of a batch goes back, so that who unsubscribes is left out within seconds also at a slow server. */
const freshForMs = 3_000

/** A short while after a look that found nothing to take although something was due: another worker has it. */
const restMs = 50
const longestRestMs = 1_000

/**
 * Takes a batch of a sender, sends what may be sent, and gives it back. Returns for how many milliseconds it is no use to
 * ask again: 0 after a batch that was sent.
 */
export async function sendBatch(
  deps: EngineDeps,
  state: EngineState,
  due: DueSender,
  signal: AbortSignal,
): Promise<number> {
  const claimId = randomUUID()
  state.activeClaims.add(claimId)
  try {
    const limit = state.limits.of(due.senderId)
    const batch = await takeBatch(deps, state, due, { claimId, limit })
    if (batch === 'nothing_to_send') return 0
    if (batch === 'nothing_due') return restFor(state, due)
    if ('waitMs' in batch) {
      // A longer one is with the batches, where a change of the sender's settings can end it.
      if (batch.scope === 'sender') return Math.min(batch.waitMs, longestRestMs)
      state.holds.hold(due.senderId, batch.destination, Math.min(batch.waitMs, longestRestMs))
      return 0
    }
    const kept = state.keeper.keep(batch.ref, claimId)
    try {
      await sendTaken(deps, state, batch, () => !signal.aborted && kept.mayGoOn())
    } finally {
      kept.release()
      batch.journal.close()
    }
    // What a sender sends by the API never ends.
    if (batch.lane !== 'transactional') {
      await state.settle(batch.ref)
      await state.guard(batch.ref)
    }
    return 0
  } finally {
    state.activeClaims.delete(claimId)
  }
}

/** What is due but held comes back when its hold ends; something else may be due sooner. */
function restFor({ holds }: EngineState, { senderId }: DueSender): number {
  const { leastMs } = holds.of(senderId)
  return Number.isFinite(leastMs) ? Math.min(250, Math.max(restMs, leastMs)) : restMs
}

async function sendTaken(deps: EngineDeps, state: EngineState, batch: BatchInHand, mayGoOn: () => boolean) {
  const recorder = new OutcomeRecorder(deps, batch)
  const staleAtMs = performance.now() + freshForMs
  const isFresh = () => performance.now() < staleAtMs && !recorder.hasFailed
  const trip = { deps, state, batch, recorder, mayGoOn: () => isFresh() && mayGoOn() }
  const carried = await carryBatch(trip)
  state.limits.learn(batch.senderId, batch.recipients.length, carried.unsent.length)
  const delaySeconds = carried.trouble === undefined ? 0 : await backAway(deps, batch, carried.trouble)
  await recorder.finish({ delaySeconds, unused: carried.unsent.length })
  batch.journal.remove()
}

/** Keeps away from a server in trouble, all batches of the sender alike. Returns for how many seconds. */
async function backAway(
  deps: EngineDeps,
  { ref, senderId }: BatchInHand,
  { text: reason, retryAfterMs = 0 }: WayOutTrouble,
): Promise<number> {
  const { reconnectDelayMs, reconnectDelayMaxMs } = deps.config
  const seconds = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const failures = await noteTrouble(trx, ref, `The mail server cannot be used: ${reason}`)
    const delayMs = backOff(failures, reconnectDelayMs, reconnectDelayMaxMs, deps.random())
    const delaySeconds = Math.max(delayMs, retryAfterMs) / 1_000
    await postponeSender(trx, { tenantId: ref.tenantId, senderId }, delaySeconds)
    return delaySeconds
  })
  deps.progress.changed(ref)
  deps.log.warn(
    { dispatchId: ref.dispatchId, reason, seconds },
    'the mail server could not be used; trying again later',
  )
  return seconds
}
