import type { Database, Live, Logger } from '@fanfare/kernel'
import type { Engagement } from './contract.ts'
import { addFigures, engagementOf } from './figures.ts'
import { readVariantFigures } from './store/figures.ts'
import type { Schema } from './store/schema.ts'

/** Tells pages that figures have changed: at most every 250 ms for each report and for each home page. */
export interface ChangeFeed extends Disposable {
  /** Inside a transaction: told once it has committed. */
  touch(tenantId: string, campaignIds: Iterable<string>): void
}

const everyMs = 250

export function createChangeFeed(parts: { db: Database<Schema>; live: Live; log: Logger }): ChangeFeed {
  const { db, live, log } = parts
  const waiting = new Map<string, NodeJS.Timeout>()

  const later = (key: string, tell: () => Promise<void>) => {
    if (waiting.has(key)) return
    const timer = setTimeout(() => {
      waiting.delete(key)
      tell().catch((error: unknown) => log.warn({ err: error, topic: key }, 'a change of figures was not told'))
    }, everyMs)
    waiting.set(key, timer.unref())
  }

  return {
    touch(tenantId, campaignIds) {
      db.afterCommit(() => {
        for (const campaignId of campaignIds) {
          later(`${tenantId} ${campaignId}`, async () => {
            const total = await readTotal(db, tenantId, campaignId)
            live.publish(tenantId, `report/${campaignId}`, { type: 'changed', total })
          })
        }
        later(tenantId, async () => live.publish(tenantId, 'home', { type: 'changed' }))
      })
    },
    [Symbol.dispose]() {
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}

async function readTotal(db: Database<Schema>, tenantId: string, campaignId: string): Promise<Engagement> {
  const byVariant = await db.withTenant(tenantId, (trx) => readVariantFigures(trx, tenantId, campaignId))
  return engagementOf(addFigures([...byVariant.values()]))
}
