import type { Accounting } from '@fanfare/delivery/contract'
import type { z } from 'zod'
import type { Campaign } from './contract.ts'
import type { Deps } from './deps.ts'
import type { CampaignRow } from './store.ts'

type AccountingValue = z.output<typeof Accounting>

/** Campaigns as they go over the wire; what delivery knows of all of them is asked in one question. */
export async function presentCampaigns(
  { delivery }: Pick<Deps, 'delivery'>,
  tenantId: string,
  rows: readonly CampaignRow[],
): Promise<Campaign[]> {
  const campaignIds = rows.filter((row) => row.dispatch_prepared).map((row) => row.id)
  const accounts = campaignIds.length === 0 ? [] : await delivery.listAccounting({ tenantId, campaignIds })
  const byCampaign = new Map(accounts.map(({ campaignId, ...accounting }) => [campaignId, accounting]))
  return rows.map((row) => toCampaign(row, byCampaign.get(row.id) ?? null))
}

export async function presentCampaign(deps: Pick<Deps, 'delivery'>, row: CampaignRow): Promise<Campaign> {
  const [campaign] = await presentCampaigns(deps, row.tenant_id, [row])
  return campaign as Campaign
}

function toCampaign(row: CampaignRow, accounting: AccountingValue | null): Campaign {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    brief: row.brief,
    crewRunId: row.crew_run_id,
    senderId: row.sender_id,
    audience: row.audience,
    variants: row.variants,
    holdoutPercent: row.holdout_percent,
    scheduledAt: toIso(row.scheduled_at),
    fingerprint: row.fingerprint,
    approvedAt: toIso(row.approved_at),
    approvedBy: row.approved_by,
    launchedAt: toIso(row.launched_at),
    frozenAt: toIso(row.frozen_at),
    finishedAt: toIso(row.finished_at),
    attention: row.attention,
    accounting,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

function toIso(time: Date | null): string | null {
  return time?.toISOString() ?? null
}
