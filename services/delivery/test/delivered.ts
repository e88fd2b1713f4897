import { readMessage } from '../src/sandbox/message.ts'
import type { DeliveryTables } from '../src/store/tables.ts'
import { openSink } from './sink.ts'
import { type BuiltCampaign, buildCampaign, type CampaignPlan, type Stage, senderTo, sendOut } from './stage.ts'

export const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Firefox/140.0' }

/** One delivered message and the links in it. */
export async function deliverOne(stage: Stage, plan: Pick<CampaignPlan, 'email'> = {}) {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { ...plan, sender: senderTo(sink.port) })
  await sendOut(stage, campaign)
  const { html } = await readMessage(Buffer.from(sink.messages[0]?.source ?? '', 'latin1'))
  const links = [...html.matchAll(/(?:href|src)="http:\/\/[^/"]+(\/[a-z]\/[^"]+)"/g)].map((match) => match[1] as string)
  const find = (prefix: string) => links.filter((link) => link.startsWith(prefix))
  const [unsubscribe, preferences, open] = ['/u/', '/p/', '/o/'].map((prefix) => find(prefix)[0] as string) as [
    string,
    string,
    string,
  ]
  return { campaign, clicks: find('/c/'), unsubscribe, preferences, open }
}

export async function hitsOf(stage: Stage, { tenantId, campaignId }: BuiltCampaign) {
  return stage.app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) =>
      trx.selectFrom('delivery.hit').selectAll().where('campaign_id', '=', campaignId).execute(),
    )
}
