import { defineJob } from '@fanfare/kernel'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { deleteMessages } from '../store/webhook-messages.ts'
import { deleteWebhookRow, listAllWebhooks, type WebhookRef } from '../store/webhooks.ts'
import { firstIdAt } from './ids.ts'

/** Removes webhook messages that are old enough, and what is left of deleted webhooks. */
export const SweepWebhooks = defineJob('delivery.sweep-webhooks', z.object({}), { retryLimit: 0 })

const deleteSet = 5_000
const dayMs = 24 * 3_600_000

export function registerWebhookJobs(deps: Pick<Deps, 'db' | 'jobs' | 'clock' | 'config'>): void {
  deps.jobs.work(SweepWebhooks, (_input, { signal }) => sweep(deps, signal))
  deps.jobs.schedule(SweepWebhooks, '23 * * * *', {})
}

async function sweep(deps: Pick<Deps, 'db' | 'clock' | 'config'>, signal: AbortSignal): Promise<void> {
  const horizon = firstIdAt(new Date(deps.clock.now().getTime() - deps.config.webhookRetentionDays * dayMs))
  for (const { state, ...ref } of await deps.db.transaction(listAllWebhooks)) {
    await removeMessages(deps, ref, state === 'deleted' ? null : horizon, signal)
    if (signal.aborted) return
    if (state === 'deleted') await deps.db.withTenant(ref.tenantId, (trx) => deleteWebhookRow(trx, ref))
  }
}

async function removeMessages({ db }: Pick<Deps, 'db'>, ref: WebhookRef, before: string | null, signal: AbortSignal) {
  for (let removed = deleteSet; removed === deleteSet && !signal.aborted; ) {
    removed = await db.withTenant(ref.tenantId, (trx) => deleteMessages(trx, ref, before, deleteSet))
  }
}
