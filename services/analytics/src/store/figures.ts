import { sql } from 'kysely'
import type { FigureKind, Figures } from '../figures.ts'
import type { Trx } from './schema.ts'

/** Everything counted of a campaign, by variant. */
export async function readVariantFigures(
  trx: Trx,
  tenantId: string,
  campaignId: string,
): Promise<ReadonlyMap<string | null, Figures>> {
  const rows = await trx
    .selectFrom('analytics.rollup')
    .select((eb) => ['variant_id', 'kind', eb.cast<number>(eb.fn.sum('count'), 'integer').as('count')])
    .where('tenant_id', '=', tenantId)
    .where('campaign_id', '=', campaignId)
    .groupBy(['variant_id', 'kind'])
    .execute()
  return gather(rows.map((row) => ({ ...row, key: row.variant_id })))
}

/** The first and the last minute in which anything was counted of a campaign. */
export function findSpan(trx: Trx, tenantId: string, campaignId: string) {
  return trx
    .selectFrom('analytics.rollup')
    .select((eb) => [eb.fn.min('minute').as('first'), eb.fn.max('minute').as('last')])
    .where('tenant_id', '=', tenantId)
    .where('campaign_id', '=', campaignId)
    .executeTakeFirst()
}

export interface Bucket {
  readonly at: Date
  readonly figures: Figures
}

/** Figures per bucket, oldest first, without empty ones; of one campaign or of the whole workspace. */
export async function readSeries(
  trx: Trx,
  wanted: { tenantId: string; campaignId?: string; since?: Date; bucketSeconds: number },
): Promise<Bucket[]> {
  const { tenantId, campaignId, since, bucketSeconds } = wanted
  const at = sql<Date>`date_bin(make_interval(secs => ${bucketSeconds}), minute, 'epoch'::timestamptz)`
  const rows = await trx
    .selectFrom('analytics.rollup')
    .select((eb) => [at.as('at'), 'kind', eb.cast<number>(eb.fn.sum('count'), 'integer').as('count')])
    .where('tenant_id', '=', tenantId)
    .$if(campaignId !== undefined, (query) => query.where('campaign_id', '=', campaignId as string))
    .$if(since !== undefined, (query) => query.where('minute', '>=', since as Date))
    .groupBy(['at', 'kind'])
    .orderBy('at')
    .execute()
  const byTime = gather(rows.map(({ at: time, kind, count }) => ({ key: time.getTime(), kind, count })))
  return [...byTime].map(([time, figures]) => ({ at: new Date(time), figures }))
}

export function listLinks(trx: Trx, tenantId: string, campaignId: string) {
  return trx
    .selectFrom('analytics.link')
    .select(['url', 'clicks', 'people'])
    .where('tenant_id', '=', tenantId)
    .where('campaign_id', '=', campaignId)
    .where('clicks', '>', 0)
    .orderBy('clicks', 'desc')
    .orderBy('url')
    .limit(100)
    .execute()
}

function gather<Key>(rows: readonly { key: Key; kind: FigureKind; count: number }[]): Map<Key, Figures> {
  const byKey = new Map<Key, Partial<Record<FigureKind, number>>>()
  for (const { key, kind, count } of rows) byKey.set(key, { ...byKey.get(key), [kind]: count })
  return byKey
}
