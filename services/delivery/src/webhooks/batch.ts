import type { Deps } from '../deps.ts'
import type { ClaimedMessage } from '../store/webhook-claims.ts'
import { callWebhook, type Endpoint } from './call.ts'
import type { Recorder } from './recorder.ts'
import { failuresToRest } from './schedule.ts'

/** Messages of one webhook, claimed by this process. */
export interface Batch {
  readonly tenantId: string
  readonly endpoint: Endpoint
  /** How often it failed in a row before. */
  readonly failures: number
  readonly messages: readonly ClaimedMessage[]
}
export interface Stops {
  /** Begin nothing more; what is under way may finish. */
  readonly soon: AbortSignal
  /** Give up what is under way; it is sent again. */
  readonly now: AbortSignal
}

/** Within this a claimed message is begun, or given back. */
export const freshForMs = 30_000

type BatchDeps = Pick<Deps, 'clock' | 'config' | 'egress'> & {
  readonly recorder: Recorder
}

/**
 * Sends one batch, a few at a time, and resolves when all of it is written. Stops early when the webhook fails often in a
 * row or asks for rest, and gives the others back as they were.
 */
export async function sendBatch(deps: BatchDeps, batch: Batch, stops: Stops): Promise<void> {
  const { tenantId, endpoint } = batch
  const queue = [...batch.messages]
  const staleAt = performance.now() + freshForMs
  let failures = batch.failures
  let mustRest = false
  const mayBegin = () => !mustRest && !stops.soon.aborted && performance.now() < staleAt

  async function work(): Promise<void> {
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      const result = mayBegin() ? await tryCall(message) : undefined
      deps.recorder.add({ tenantId, message, result })
      if (result === undefined) continue
      failures = result.kind === 'delivered' ? 0 : failures + 1
      if (failures >= failuresToRest || result.askedRestMs > 0 || result.kind === 'gone') mustRest = true
    }
  }
  const tryCall = (message: ClaimedMessage) =>
    callWebhook(deps, endpoint, message, stops.now).catch((error) => {
      if (stops.now.aborted) return undefined
      throw error
    })

  await Promise.all(Array.from({ length: Math.min(queue.length, deps.config.webhookConcurrency) }, work))
  await deps.recorder.flush()
}
