import { AsyncLocalStorage } from 'node:async_hooks'
import { Engaged } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { findDeliveriesById, type HitRow, insertHits, listClicksSince } from '../store/hits.ts'
import { campaignIdOf, variantIdOf } from '../store/ledger.ts'
import { agentClass, judge } from './machine.ts'
import { honeypotLinkId } from './tokens.ts'

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
/** While the database is away; more than these are let go, newest first. */
const mostWaiting = 100_000
const burstMs = 2_000
/** A program that opens every address of a message one after the other is through by then. */
const honeypotMs = 10_000

type HitDeps = Pick<Deps, 'events' | 'log'> & { readonly db: Pick<Deps['db'], 'withTenant'> }

export function createHitBuffer(deps: HitDeps): HitBuffer {
  let waiting: RawHit[] = []
  let lost = 0
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
    for (const set of setsByTenant(taken)) {
      try {
        await writeHits(deps, set)
      } catch (error) {
        deps.log.warn({ err: error, hits: set.length }, 'opens and clicks could not be written; keeping them')
        waiting = [...set, ...waiting].slice(0, mostWaiting)
      }
    }
  }

  return {
    add(hit) {
      if (waiting.length < mostWaiting) waiting.push(hit)
      else if (lost++ % 10_000 === 0)
        deps.log.error({ lost: lost }, 'the database is away for too long; opens and clicks are lost')
      if (waiting.length === setSize) void flush()
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

function setsByTenant(hits: readonly RawHit[]): RawHit[][] {
  return [...Map.groupBy(hits, (hit) => hit.tenantId).values()].flatMap((ofTenant) =>
    Array.from({ length: Math.ceil(ofTenant.length / setSize) }, (_, index) =>
      ofTenant.slice(index * setSize, (index + 1) * setSize),
    ),
  )
}

/** Judges and keeps one workspace's hits, with the event that tells of them, in one transaction. */
async function writeHits({ db, events }: HitDeps, hits: readonly RawHit[]): Promise<void> {
  const tenantId = (hits[0] as RawHit).tenantId
  await db.withTenant(tenantId, async (trx) => {
    const ids = [...new Set(hits.map((hit) => hit.deliveryId))]
    const deliveries = new Map((await findDeliveriesById(trx, tenantId, ids)).map((row) => [row.id, row]))
    const earliest = Math.min(...hits.map((hit) => hit.at.getTime()))
    const before = await listClicksSince(trx, tenantId, ids, new Date(earliest - honeypotMs))
    const clicks = [
      ...before.map((row) => ({ deliveryId: row.delivery_id, linkId: row.link_id, at: row.at })),
      ...hits.filter((hit) => hit.kind === 'click'),
    ]
    const clicksOf = Map.groupBy(clicks, (click) => click.deliveryId)
    const rows = hits.flatMap((hit): HitRow[] => {
      const delivery = deliveries.get(hit.deliveryId)
      return delivery === undefined ? [] : [rowOf(hit, delivery, clicksOf.get(hit.deliveryId) ?? [])]
    })
    if (rows.length === 0) return
    const added = await insertHits(trx, rows)
    await publishEngaged(
      events,
      rows.filter((row) => added.has(row.id)),
    )
  })
}

type DeliveryOfHit = Awaited<ReturnType<typeof findDeliveriesById>>[number]

function rowOf(hit: RawHit, delivery: DeliveryOfHit, clicks: readonly { linkId: string | null; at: Date }[]): HitRow {
  const within = (ms: number) => clicks.filter((click) => Math.abs(click.at.getTime() - hit.at.getTime()) <= ms)
  const acceptedAt = delivery.state === 'accepted' ? delivery.settled_at : null
  const verdict = judge({
    ...hit,
    afterAcceptanceMs: acceptedAt === null ? undefined : hit.at.getTime() - acceptedAt.getTime(),
    linksAtOnce: new Set(within(burstMs).map((click) => click.linkId)).size,
    honeypot: within(honeypotMs).some(({ linkId }) => linkId === honeypotLinkId),
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
  await events.publish(Engaged, {
    hits: rows.map((row) => ({
      id: row.id,
      deliveryId: row.delivery_id,
      campaignId: row.campaign_id,
      variantId: row.variant_id,
      contactId: row.contact_id,
      kind: row.kind,
      url: row.url,
      machine: row.machine,
      at: row.at.toISOString(),
    })),
  })
}
