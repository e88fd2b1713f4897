import { AsyncLocalStorage } from 'node:async_hooks'
import type { Deps } from '../deps.ts'
import {
  type CallableWebhook,
  claimMessages,
  listCallable,
  listDueWebhooks,
  reserveTrials,
} from '../store/webhook-claims.ts'
import type { WebhookRef } from '../store/webhooks.ts'
import { type Batch, freshForMs, sendBatch } from './batch.ts'
import { pickWebhooks } from './pick.ts'
import type { Recorder } from './recorder.ts'
import { failuresToRest } from './schedule.ts'
import { secretsOf } from './secrets.ts'

export type WorkerDeps = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'log' | 'egress'> & {
  readonly recorder: Recorder
}

const pollMs = 1_000
/** Webhooks looked at in one round. */
const lookLimit = 500
/** Messages of one webhook taken at once; then it is the others' turn. */
const batchSize = 50
const marginMs = 10_000
const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Calls webhooks for all workspaces of this process; any number of processes share the work. Rows carry it, not jobs: a round
 * finds who has something due, claims a batch of each in its turn, and sends side by side.
 */
export class WebhookWorker {
  readonly #deps: WorkerDeps
  readonly #soon = new AbortController()
  readonly #now = new AbortController()
  /** Batches under way, by webhook: never two of one webhook here. */
  readonly #running = new Map<string, { readonly tenantId: string; readonly done: Promise<void> }>()
  readonly #outside = AsyncLocalStorage.snapshot()
  #turn: WebhookRef = { tenantId: nobody, webhookId: nobody }
  #loop: Promise<void> | undefined
  #woken = false
  #alarm = Promise.withResolvers<void>()

  constructor(deps: WorkerDeps) {
    this.#deps = deps
  }

  /** Begins to look for work every second. */
  start(): void {
    this.#loop ??= this.#outside(() => this.#run())
  }

  /** There may be work: look now. */
  wake(): void {
    this.#woken = true
    this.#alarm.resolve()
  }

  /** Begins nothing more and waits for what is under way; gives that up, to be sent again, when `signal` aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#now.abort(), { once: true })
    this.#soon.abort()
    this.wake()
    await this.#loop
    await Promise.all([...this.#running.values()].map(({ done }) => done))
  }

  async #run(): Promise<void> {
    while (!this.#soon.signal.aborted) {
      this.#woken = false
      const worked = await this.#round().catch((error) => {
        this.#deps.log.warn({ err: error }, 'webhooks could not be looked after; trying again')
        return false
      })
      if (!worked) await this.#rest()
    }
  }

  async #rest(): Promise<void> {
    if (this.#woken) return
    this.#alarm = Promise.withResolvers()
    const timer = setTimeout(this.#alarm.resolve, pollMs)
    await this.#alarm.promise
    clearTimeout(timer)
  }

  /** Starts a batch of every webhook whose turn it is. False when there was nothing to start. */
  async #round(): Promise<boolean> {
    const { db, config } = this.#deps
    const free = config.webhookEndpoints - this.#running.size
    if (free <= 0) return false
    const busy = [...this.#running.keys()]
    const due = await db.transaction((trx) => listDueWebhooks(trx, { after: this.#turn, busy, limit: lookLimit }))
    const running = new Map<string, number>()
    for (const { tenantId } of this.#running.values()) running.set(tenantId, (running.get(tenantId) ?? 0) + 1)
    const picked = pickWebhooks(due, { places: config.webhookEndpoints, free, running })
    this.#turn = picked.at(-1) ?? this.#turn
    let began = false
    for (const [tenantId, webhooks] of Map.groupBy(picked, (webhook) => webhook.tenantId)) {
      const ids = webhooks.map(({ webhookId }) => webhookId)
      const batches = await this.#claim(tenantId, ids).catch((error) => {
        this.#deps.log.warn({ err: error, tenantId }, 'messages for the webhooks of a workspace could not be claimed')
        return []
      })
      for (const batch of batches) this.#begin(batch)
      began ||= batches.length > 0
    }
    return began
  }

  async #claim(tenantId: string, ids: readonly string[]): Promise<Batch[]> {
    const { db, config } = this.#deps
    const leaseMs = freshForMs + config.webhookTimeoutMs + marginMs
    return db.withTenant(tenantId, async (trx) => {
      const webhooks = await listCallable(trx, tenantId, ids)
      const rested = webhooks.filter(({ failures }) => failures >= failuresToRest).map(({ id }) => id)
      const trials = rested.length === 0 ? new Set() : await reserveTrials(trx, tenantId, rested, leaseMs)
      const wanted = webhooks
        .filter(({ id }) => !rested.includes(id) || trials.has(id))
        .map(({ id }) => ({ webhookId: id, limit: trials.has(id) ? 1 : batchSize }))
      if (wanted.length === 0) return []
      const claimed = await claimMessages(trx, tenantId, wanted, leaseMs)
      const messages = Map.groupBy(claimed, ({ webhookId }) => webhookId)
      return webhooks.flatMap((webhook) => this.#batchOf(tenantId, webhook, messages.get(webhook.id) ?? []))
    })
  }

  #batchOf(tenantId: string, webhook: CallableWebhook, messages: Batch['messages']): Batch[] {
    if (messages.length === 0) return []
    const { url, failures } = webhook
    return [{ tenantId, endpoint: { url, secrets: secretsOf(this.#deps, tenantId, webhook) }, failures, messages }]
  }

  #begin(batch: Batch): void {
    const [{ webhookId }] = batch.messages as [Batch['messages'][number]]
    const done = sendBatch(this.#deps, batch, { soon: this.#soon.signal, now: this.#now.signal })
      .catch((error) => this.#deps.log.error({ err: error, webhookId }, 'messages of a webhook could not be sent'))
      .finally(() => {
        this.#running.delete(webhookId)
        this.wake()
      })
    this.#running.set(webhookId, { tenantId: batch.tenantId, done })
  }
}
