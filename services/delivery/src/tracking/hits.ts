import { AsyncLocalStorage } from 'node:async_hooks'
import type { Metrics } from '@fanfare/kernel'
import { Engaged, Rejudged } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { correctHits, findDeliveriesById, type HitRow, insertHits, listHitsSince, lockHits } from '../store/hits.ts'
import { campaignIdOf, variantIdOf } from '../store/ledger.ts'
import { agentClass, judge } from './machine.ts'
import { besideOf, type Click, honeypotMs, judgeEarlier } from './neighbours.ts'

/** One open or click as the request told it. */
export interface RawHit {
  readonly id: string
  readonly tenantId: string
  readonly deliveryId: string
  readonly kind: 'open' | 'click'
  readonly linkId: string | null
  readonly url: string | null
  readonly method: string
  readonly userAgent: string
  readonly purposes: readonly string[]
  readonly addressHash: string
  readonly at: Date
}

/** Opens and clicks on their way to the database: requests never wait for it. A kill loses at most the last 100 ms of them. */
export interface HitBuffer {
  add(hit: RawHit): void
  /** Writes what is waiting; throws nothing. */
  flush(): Promise<void>
  close(): Promise<void>
}

const setSize = 500
const everyMs = 100
/** While the database is away; more than these are let go, newest first, and counted. */
const mostWaitingHits = 100_000

type HitDeps = Pick<Deps, 'events' | 'log'> & { readonly db: Pick<Deps['db'], 'withTenant'> }

export function createHitBuffer(
  deps: HitDeps & { readonly metrics: Pick<Metrics, 'counter'> },
  { mostWaiting = mostWaitingHits }: { readonly mostWaiting?: number } = {},
): HitBuffer {
  let waiting: RawHit[] = []
  const lose = createLoss(deps)
  let writing: Promise<void> = Promise.resolve()
  const outside = AsyncLocalStorage.snapshot()
  const timer = setInterval(() => {
    if (waiting.length > 0) void flush()
  }, everyMs)
  timer.unref()

  function flush(): Promise<void> {
    writing = writing.then(() => outside(writeWaiting))
    return writing
  }

  async function writeWaiting(): Promise<void> {
    const taken = waiting
    waiting = []
    const kept: RawHit[] = []
    for (const set of setsByTenant(taken)) {
      try {
        await writeHits(deps, set)
      } catch (error) {
        deps.log.warn({ err: error, hits: set.length }, 'opens and clicks could not be written; keeping them')
        kept.push(...set)
      }
    }
    // Others came meanwhile; those that waited first stay.
    const all = kept.length === 0 ? waiting : [...kept, ...waiting]
    waiting = all.slice(0, mostWaiting)
    lose(all.length - waiting.length)
  }

  return {
    add(hit) {
      if (waiting.length < mostWaiting) waiting.push(hit)
      else lose(1)
      if (waiting.length === setSize) void flush()
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
      lose(waiting.length)
      waiting = []
    },
  }
}

/** Counts hits that nobody will see, and says so now and then. */
function createLoss({ log, metrics }: Pick<Deps, 'log'> & { readonly metrics: Pick<Metrics, 'counter'> }) {
  const counter = metrics.counter('delivery_hits_lost_total', 'Opens and clicks let go while the database was away')
  const sayEvery = 10_000
  let lost = 0
  let sayAt = 1
  return (hits: number): void => {
    if (hits === 0) return
    counter.add(hits)
    lost += hits
    if (lost < sayAt) return
    sayAt = lost + sayEvery
    log.error({ lost }, 'the database is away for too long; opens and clicks are lost')
  }
}

function setsByTenant(hits: readonly RawHit[]): RawHit[][] {
  return [...Map.groupBy(hits, (hit) => hit.tenantId).values()].flatMap(chunksOf)
}

function chunksOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / setSize) }, (_, index) =>
    all.slice(index * setSize, (index + 1) * setSize),
  )
}

/** Judges and keeps one workspace's hits, with the events that tell of them, in one transaction. */
async function writeHits({ db, events }: HitDeps, hits: readonly RawHit[]): Promise<void> {
  const tenantId = (hits[0] as RawHit).tenantId
  await db.withTenant(tenantId, async (trx) => {
    const ids = [...new Set(hits.map((hit) => hit.deliveryId))]
    const deliveries = new Map((await findDeliveriesById(trx, tenantId, ids)).map((row) => [row.id, row]))
    const earliest = Math.min(...hits.map((hit) => hit.at.getTime()))
    await lockHits(trx, tenantId)
    const before = await listHitsSince(trx, tenantId, ids, new Date(earliest - honeypotMs))
    const clicks = [
      ...before
        .filter((row) => row.kind === 'click')
        .map((row) => ({ ...row, deliveryId: row.delivery_id, linkId: row.link_id })),
      ...hits.filter((hit) => hit.kind === 'click'),
    ]
    const clicksOf = Map.groupBy(clicks, (click) => click.deliveryId)
    const rows = hits.flatMap((hit): HitRow[] => {
      const delivery = deliveries.get(hit.deliveryId)
      return delivery === undefined ? [] : [rowOf(hit, delivery, clicksOf.get(hit.deliveryId) ?? [])]
    })
    if (rows.length === 0) return
    const added = await insertHits(trx, rows)
    const fresh = rows.filter((row) => added.has(row.id))
    await publishEngaged(events, fresh)
    const rejudged = judgeEarlier(before, clicksOf)
    if (rejudged.length === 0) return
    await correctHits(trx, tenantId, rejudged)
    for (const set of chunksOf(rejudged)) await events.publish(Rejudged, { hits: set.map(toldOf) })
  })
}

type DeliveryOfHit = Awaited<ReturnType<typeof findDeliveriesById>>[number]

function rowOf(hit: RawHit, delivery: DeliveryOfHit, clicks: readonly Click[]): HitRow {
  const acceptedAt = delivery.state === 'accepted' ? delivery.settled_at : null
  const verdict = judge({
    ...hit,
    afterAcceptanceMs: acceptedAt === null ? undefined : hit.at.getTime() - acceptedAt.getTime(),
    ...besideOf(hit.at, clicks),
  })
  return {
    tenant_id: hit.tenantId,
    id: hit.id,
    delivery_id: hit.deliveryId,
    campaign_id: campaignIdOf(delivery),
    variant_id: variantIdOf(delivery),
    contact_id: delivery.contact_id,
    kind: hit.kind,
    link_id: hit.linkId,
    url: hit.url,
    ...verdict,
    agent: agentClass(hit.userAgent),
    address_hash: hit.addressHash,
    at: hit.at,
  }
}

export async function publishEngaged(events: Pick<Deps['events'], 'publish'>, rows: readonly HitRow[]): Promise<void> {
  if (rows.length === 0) return
  await events.publish(Engaged, { hits: rows.map(toldOf) })
}

type ToldRow = Omit<HitRow, 'signs' | 'agent' | 'address_hash' | 'link_id' | 'tenant_id'>

function toldOf(row: ToldRow) {
  return {
    id: row.id,
    deliveryId: row.delivery_id,
    campaignId: row.campaign_id,
    variantId: row.variant_id,
    contactId: row.contact_id,
    kind: row.kind,
    url: row.url,
    machine: row.machine,
    at: row.at.toISOString(),
  }
}
