import type { Trx } from '@fanfare/kernel'
import { type RawBuilder, sql } from 'kysely'
import type { DeliveryTables } from './tables.ts'

type T = Trx<DeliveryTables>

/** What a summary is over: the time since, or one campaign. */
export type SummaryScope = { readonly since: Date } | { readonly campaignId: string }

export interface HeardOfGroup {
  readonly sender_id: string
  readonly name: string
  readonly destination: string
  readonly sent: number
  readonly bounced: number
  readonly hard_bounced: number
  readonly complained: number
  readonly replied: number
}

const heard = sql`
  count(*) filter (where kind = 'bounced' and first)::int as bounced,
  count(distinct delivery_id) filter (where kind = 'bounced' and hard)::int as hard_bounced,
  count(*) filter (where kind = 'complained' and first)::int as complained,
  count(*) filter (where kind = 'replied' and first)::int as replied`

function inScope(scope: SummaryScope): RawBuilder<unknown> {
  return 'since' in scope ? sql`at >= ${scope.since}` : sql`campaign_id = ${scope.campaignId}`
}

function sentIn(tenantId: string, scope: SummaryScope): RawBuilder<unknown> {
  return 'since' in scope
    ? sql`select sender_id, destination, sum(accepted)::int as sent from delivery.traffic
        where tenant_id = ${tenantId} and minute >= ${scope.since} group by sender_id, destination`
    : sql`select sender_id, destination, sum(accepted)::int as sent from delivery.batch
        where tenant_id = ${tenantId} and dispatch_id = ${scope.campaignId} group by sender_id, destination`
}

/** What was sent and heard, by sender and destination. */
export async function sumFeedback(trx: T, tenantId: string, scope: SummaryScope): Promise<HeardOfGroup[]> {
  const { rows } = await sql<HeardOfGroup>`
    with heard as (
      select sender_id, destination, ${heard} from delivery.feedback
      where tenant_id = ${tenantId} and ${inScope(scope)} group by sender_id, destination
    ), sent as (${sentIn(tenantId, scope)})
    select sender_id, coalesce(s.name, '') as name, destination, coalesce(sent, 0) as sent,
      coalesce(bounced, 0) as bounced, coalesce(hard_bounced, 0) as hard_bounced,
      coalesce(complained, 0) as complained, coalesce(replied, 0) as replied
    from sent full join heard using (sender_id, destination)
    left join delivery.sender s on s.tenant_id = ${tenantId} and s.id = sender_id
    where coalesce(sent, 0) > 0 or bounced > 0 or complained > 0 or replied > 0`.execute(trx)
  return rows
}

export interface ReasonCount {
  readonly reason: string
  readonly bounced: number
  readonly hardBounced: number
}

/** Bounced deliveries by reason; one that bounced twice for two reasons counts under the first. */
export async function countReasons(trx: T, tenantId: string, scope: SummaryScope): Promise<ReasonCount[]> {
  const { rows } = await sql<ReasonCount>`
    select coalesce(reason, 'undefined') as reason, count(*)::int as bounced,
      count(*) filter (where hard)::int as "hardBounced"
    from delivery.feedback
    where tenant_id = ${tenantId} and ${inScope(scope)} and kind = 'bounced' and first
    group by 1 order by 2 desc, 1`.execute(trx)
  return rows
}
