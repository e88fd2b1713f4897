import { DispatchFinished } from '../contract.ts'
import { wakeLater } from '../jobs.ts'
import { prepareVariant } from '../message/variant.ts'
import { type OpenSender, openSender } from '../senders/target.ts'
import { publishSettled } from '../settled.ts'
import { secondsUntilNext } from '../store/claims.ts'
import { findDispatch, finishDispatch, listVariants, noteTrouble } from '../store/dispatches.ts'
import { cancelPending } from '../store/ledger.ts'
import { getSender } from '../store/senders.ts'
import type { DispatchRef } from '../store/tables.ts'
import { sendBatch } from './batch.ts'
import { Connections } from './connections.ts'
import type { EngineDeps, EngineState } from './engine.ts'
import { backOff } from './outcomes.ts'
import { recoverExpired } from './recovery.ts'
import { watchDispatch } from './watch.ts'

/**
 * One run of a dispatch: clears up after a worker that died, sends in batches what is due, closes the dispatch when
 * nothing is left, else asks to be woken when the next row is due.
 */
export async function runDispatch(deps: EngineDeps, state: EngineState, ref: DispatchRef, signal: AbortSignal) {
  await recoverExpired(deps, state, ref)
  const dispatch = await deps.db.withTenant(ref.tenantId, (trx) => findDispatch(trx, ref))
  if (dispatch === undefined || dispatch.finished_at !== null) return
  const troubleMs = dispatch.state === 'running' ? await sendDue(deps, state, ref, signal) : undefined
  await closeDispatch(deps, ref, troubleMs)
}

/** Sends until nothing is due or it must stop. Returns how long to keep away from a server in trouble. */
async function sendDue(deps: EngineDeps, state: EngineState, ref: DispatchRef, signal: AbortSignal) {
  const { sender, variants } = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const dispatch = await findDispatch(trx, ref)
    return {
      sender: await getSender(trx, ref.tenantId, dispatch?.sender_id ?? ''),
      variants: await listVariants(trx, ref),
    }
  })
  let from: OpenSender
  try {
    from = await openSender(deps, sender)
  } catch (error) {
    // A server that is not allowed, a password that cannot be opened: for a person to mend, with everybody still pending.
    return backAway(deps, ref, error instanceof Error ? error.message : String(error))
  }
  const rate = state.rateOf(sender.id, sender.messages_per_second)
  const prepared = new Map(variants.map((variant) => [variant.variant_id, prepareVariant(variant)]))
  await using watch = watchDispatch(deps, ref, signal)
  await using connections = new Connections(from.target, deps.config)
  let limit = firstLimit(deps.config.batchSize, sender.messages_per_second)
  while (!watch.mustStop()) {
    const result = await sendBatch(deps, state, { ref, from, rate, variants: prepared, connections, watch, limit })
    deps.progress.changed(ref)
    if (result.kind === 'nothing_due') return undefined
    if (result.kind === 'trouble') return backAway(deps, ref, result.reason)
    // No more than the server is likely to take before the batch is stale.
    limit = Math.min(deps.config.batchSize, Math.max(deps.config.connections, result.handedOff * 2))
  }
  return undefined
}

/** At a limited rate, about what may leave in two seconds. */
function firstLimit(batchSize: number, messagesPerSecond: number | null): number {
  return messagesPerSecond === null ? batchSize : Math.min(batchSize, Math.ceil(messagesPerSecond * 2))
}

async function backAway(deps: EngineDeps, ref: DispatchRef, reason: string): Promise<number> {
  const failures = await deps.db.withTenant(ref.tenantId, (trx) => noteTrouble(trx, ref, reason))
  deps.progress.changed(ref)
  deps.log.warn(
    { campaignId: ref.campaignId, reason, failures },
    'the mail server could not be used; trying again later',
  )
  return backOff(failures, deps.config.reconnectDelayMs, deps.config.reconnectDelayMaxMs, deps.random())
}

/** Shortest time between two runs that found nothing to do. */
const leastWakeMs = 500

async function closeDispatch(deps: EngineDeps, ref: DispatchRef, troubleMs: number | undefined) {
  await cancelRest(deps, ref)
  const closed = await deps.db.withTenant(ref.tenantId, async (trx) => {
    const finished = await finishDispatch(trx, ref)
    if (finished === 'finished') await deps.events.publish(DispatchFinished, { campaignId: ref.campaignId })
    if (finished !== undefined) return true
    const dispatch = await findDispatch(trx, ref)
    const seconds = await secondsUntilNext(trx, ref)
    const waits = dispatch?.state === 'running' || dispatch?.state === 'cancelled'
    if (waits && seconds !== undefined) {
      await wakeLater(deps, ref, Math.max(leastWakeMs, seconds * 1_000, troubleMs ?? 0))
    }
    return false
  })
  if (closed) deps.progress.changed(ref)
}

const cancelBatch = 10_000

/** Cancels, set by set, what is left of a cancelled dispatch and not on the wire. Returns how many. */
export async function cancelRest(deps: Pick<EngineDeps, 'db' | 'events'>, ref: DispatchRef): Promise<number> {
  let cancelled = 0
  for (;;) {
    const rows = await deps.db.withTenant(ref.tenantId, async (trx) => {
      const dispatch = await findDispatch(trx, ref)
      if (dispatch?.state !== 'cancelled') return []
      const settled = await cancelPending(trx, ref, cancelBatch)
      await publishSettled(deps.events, ref.campaignId, settled)
      return settled
    })
    cancelled += rows.length
    if (rows.length < cancelBatch) return cancelled
  }
}
