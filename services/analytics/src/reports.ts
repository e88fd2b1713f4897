import type { Campaign } from '@fanfare/campaigns/contract'
import { chooseBucketSeconds, lastHours } from './buckets.ts'
import type { CampaignReport, Home } from './contract.ts'
import type { Deps } from './deps.ts'
import { addFigures, engagementOf, type Figures } from './figures.ts'
import { type Bucket, findSpan, listLinks, readSeries, readVariantFigures } from './store/figures.ts'

const nothing = { audience: 0, sent: 0, failed: 0, suppressed: 0, pending: 0, unknown: 0, held: 0 }

/** Problem `campaigns.campaign_missing`. */
export async function getReport(
  deps: Pick<Deps, 'db' | 'clock' | 'campaigns'>,
  key: { tenantId: string; campaignId: string },
): Promise<CampaignReport> {
  const campaign = await deps.campaigns.getCampaign(key)
  const { byVariant, bucketSeconds, series, links } = await readFigures(deps, key)
  const total = engagementOf(addFigures([...byVariant.values()]))
  const accounting = campaign.accounting ?? nothing
  return {
    campaign,
    accounting,
    total,
    variants: campaign.variants.map(({ id, label, share }) => ({
      ...engagementOf(byVariant.get(id) ?? {}),
      variantId: id,
      label,
      share,
    })),
    series: series.map((bucket) => ({ ...pointOf(bucket), unsubscribes: bucket.figures.unsubscribe ?? 0 })),
    bucketSeconds,
    links,
    funnel: [
      { step: 'audience', count: accounting.audience },
      { step: 'sent', count: total.sent },
      { step: 'opened', count: total.opened },
      { step: 'clicked', count: total.clicked },
    ],
    asOf: deps.clock.now().toISOString(),
  }
}

function readFigures({ db }: Pick<Deps, 'db'>, { tenantId, campaignId }: { tenantId: string; campaignId: string }) {
  return db.withTenant(tenantId, async (trx) => {
    const span = await findSpan(trx, tenantId, campaignId)
    const bucketSeconds = chooseBucketSeconds(span?.first ? span.last.getTime() - span.first.getTime() : 0)
    return {
      bucketSeconds,
      byVariant: await readVariantFigures(trx, tenantId, campaignId),
      series: await readSeries(trx, { tenantId, campaignId, bucketSeconds }),
      links: await listLinks(trx, tenantId, campaignId),
    }
  })
}

const shownAsRunning: ReadonlySet<Campaign['state']> = new Set(['launching', 'sending', 'paused'])
const recentCampaigns = 5

export async function getHome(
  { db, clock, audience, campaigns }: Pick<Deps, 'db' | 'clock' | 'audience' | 'campaigns'>,
  tenantId: string,
): Promise<Home> {
  const hours = lastHours(clock.now())
  const since = hours[0] as Date
  const buckets = await db.withTenant(tenantId, (trx) => readSeries(trx, { tenantId, since, bucketSeconds: 3_600 }))
  const byHour = new Map<number, Figures>(buckets.map(({ at, figures }) => [at.getTime(), figures]))
  const newest = await campaigns.listCampaigns({ tenantId, limit: 100 })
  return {
    ...(await audience.countContacts({ tenantId })),
    last24Hours: engagementOf(addFigures([...byHour.values()])),
    running: newest.filter(({ state }) => shownAsRunning.has(state)),
    recent: newest.filter(({ state }) => !shownAsRunning.has(state)).slice(0, recentCampaigns),
    hours: hours.map((at) => pointOf({ at, figures: byHour.get(at.getTime()) ?? {} })),
  }
}

function pointOf({ at, figures }: Bucket) {
  return {
    at: at.toISOString(),
    sent: figures.sent ?? 0,
    opens: figures.open ?? 0,
    clicks: figures.click ?? 0,
  }
}
