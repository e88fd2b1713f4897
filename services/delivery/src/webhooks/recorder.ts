import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Metrics, Trx } from '@fanfare/kernel'
import { WebhookDisabled } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { DeliveryTables } from '../store/tables.ts'
import {
  type ClaimedMessage,
  clearFailures,
  insertAttempts,
  lockHealth,
  type MessageOutcome,
  recordHealth,
  recordMessages,
} from '../store/webhook-claims.ts'
import type { WebhookAttemptRow } from '../store/webhook-messages.ts'
import type { CallResult } from './call.ts'
import { failuresToRest, healthAfter, retryDelayMs } from './schedule.ts'

/** What became of one claimed message; `undefined` when it is given back unbegun. */
export interface Ended {
  readonly tenantId: string
  readonly message: ClaimedMessage
  readonly result: CallResult | undefined
}

/** Writes what came of calls, for all webhooks of this process, in sets of up to 500 or every 100 ms. */
export interface Recorder {
  add(ended: Ended): void
  /** Resolves when everything that was added is written, or given up: what is not written is sent again when its lease ends. */
  flush(): Promise<void>
}

type RecorderDeps = Pick<Deps, 'db' | 'events' | 'live' | 'ids' | 'log' | 'subscribers'> & {
  readonly metrics: Metrics
  readonly random: () => number
}

const setSize = 500
const longestWaitMs = 100
const tries = 5

export function createRecorder(deps: RecorderDeps): Recorder {
  let waiting: Ended[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  const outside = AsyncLocalStorage.snapshot()
  const count = counterOf(deps.metrics)

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const sets = setsOf(waiting)
    waiting = []
    writing = writing.then(async () => {
      for (const set of sets) await outside(() => writeWithRetry(deps, set))
    })
    return writing
  }

  return {
    add(ended) {
      waiting.push(ended)
      if (ended.result) count(ended.result)
      if (waiting.length >= setSize) void flush()
      else timer ??= setTimeout(() => void flush(), longestWaitMs)
    },
    flush,
  }
}

function counterOf(metrics: Metrics): (result: CallResult) => void {
  const calls = metrics.counter('fanfare_webhook_calls_total', 'Calls to webhooks by what came of them', ['outcome'])
  const seconds = metrics.histogram('fanfare_webhook_call_seconds', 'Duration of a call to a webhook')
  return ({ kind, durationMs }) => {
    calls.add(1, { outcome: kind })
    seconds.observe(durationMs / 1_000)
  }
}

function setsOf(ended: readonly Ended[]): Ended[][] {
  return [...Map.groupBy(ended, ({ tenantId }) => tenantId).values()].flatMap((ofTenant) =>
    Array.from({ length: Math.ceil(ofTenant.length / setSize) }, (_, index) =>
      ofTenant.slice(index * setSize, (index + 1) * setSize),
    ),
  )
}

async function writeWithRetry(deps: RecorderDeps, set: readonly Ended[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeSet(deps, set)
    } catch (error) {
      if (attempt === tries) {
        return deps.log.error({ err: error, messages: set.length }, 'calls to webhooks could not be written down')
      }
      await sleep(200 * attempt)
    }
  }
}

async function writeSet(deps: RecorderDeps, set: readonly Ended[]): Promise<void> {
  const { tenantId } = set[0] as Ended
  await deps.db.withTenant(tenantId, async (trx) => {
    await recordMessages(
      trx,
      tenantId,
      set.map((ended) => outcomeOf(ended, deps.random())),
    )
    await insertAttempts(trx, set.flatMap(attemptOf(deps)))
    await judge(deps, trx, tenantId, set)
  })
}

function outcomeOf({ message, result }: Ended, random: number): MessageOutcome {
  const { webhookId, id, fence, attempt } = message
  const row = { webhookId, id, fence, status: result?.status ?? null, counted: result !== undefined }
  if (result === undefined) return { ...row, state: 'pending', delayMs: 0 }
  if (result.kind === 'delivered') return { ...row, state: 'delivered', delayMs: 0 }
  const delayMs = retryDelayMs(attempt, random)
  if (delayMs === undefined) return { ...row, state: 'failed', delayMs: 0 }
  return { ...row, state: 'pending', delayMs: Math.max(delayMs, result.askedRestMs) }
}

export function attemptOf({ ids }: Pick<Deps, 'ids'>) {
  return ({ tenantId, message, result }: Ended): WebhookAttemptRow[] => {
    if (result === undefined) return []
    const { at, durationMs, status, error, response } = result
    const of = { tenant_id: tenantId, webhook_id: message.webhookId, message_id: message.id }
    return [{ ...of, id: ids.next(), at, duration_ms: durationMs, status, error, response }]
  }
}

/** Brings the health of the called webhooks up to date, and tells of those that are switched off by it. */
async function judge(deps: RecorderDeps, trx: Trx<DeliveryTables>, tenantId: string, set: readonly Ended[]) {
  const results = set.flatMap(({ message, result }) => (result ? [{ webhookId: message.webhookId, result }] : []))
  const called = Map.groupBy(results, ({ webhookId }) => webhookId)
  const failing = [...called].filter(([, calls]) => calls.some(({ result }) => result.kind !== 'delivered'))
  const failingIds = failing.map(([id]) => id)
  const well = [...called.keys()].filter((id) => !failingIds.includes(id))
  if (well.length > 0) await clearFailures(trx, tenantId, well, failuresToRest)
  if (failingIds.length === 0) return

  const health = (await lockHealth(trx, tenantId, failingIds)).map(({ id, failures, failing_since, now }) => {
    const verdicts = called.get(id)?.map(({ result }) => result) ?? []
    const before = { failures, failingSince: failing_since }
    return { id, now, ...healthAfter(before, verdicts, { now, random: deps.random() }) }
  })
  await recordHealth(trx, tenantId, health)
  for (const { id, now, disabledReason } of health) {
    if (disabledReason === null) continue
    deps.log.warn({ tenantId, webhookId: id, reason: disabledReason }, 'a webhook was switched off')
    await deps.events.publish(WebhookDisabled, { webhookId: id, reason: disabledReason, at: now.toISOString() })
    deps.live.publish(tenantId, 'webhooks', { type: 'disabled', webhookId: id, reason: disabledReason })
    deps.subscribers.forget(tenantId)
  }
}
