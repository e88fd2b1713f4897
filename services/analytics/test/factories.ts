import { randomUUID } from 'node:crypto'
import type { Campaign } from '@fanfare/campaigns/contract'
import { Engaged, Rejudged, Settled } from '@fanfare/delivery/contract'
import { Events } from '@fanfare/kernel'
import { boot, type TestApp, type TestClock } from '@fanfare/testkit'
import type { z } from 'zod'
import { analytics } from '../src/service.ts'
import {
  createFakeAi,
  createFakeAudience,
  createFakeCampaigns,
  createFakeContent,
  createFakeDelivery,
} from './fakes.ts'

type Group = z.output<typeof Settled.data>['groups'][number]
/** One delivery that reached an end. */
export interface SettledRow extends Pick<Group, 'variantId' | 'state'> {
  readonly deliveryId: string
  readonly contactId: string
  readonly at: string
}
export interface SettledSet {
  readonly campaignId: string
  readonly deliveries: readonly SettledRow[]
}
export type Hit = z.output<typeof Engaged.data>['hits'][number]

export interface World extends AsyncDisposable {
  readonly app: TestApp
  readonly audience: ReturnType<typeof createFakeAudience>
  readonly campaigns: ReturnType<typeof createFakeCampaigns>
  readonly delivery: ReturnType<typeof createFakeDelivery>
}

/** Analytics among fakes of the services that it needs. */
export async function bootAnalytics(options: { clock?: TestClock } = {}): Promise<World> {
  const [audience, campaigns, delivery] = [createFakeAudience(), createFakeCampaigns(), createFakeDelivery()]
  const others = [createFakeAi(), createFakeContent()]
  const app = await boot([audience.service, campaigns.service, delivery.service, ...others, analytics], options)
  return { app, audience, campaigns, delivery, [Symbol.asyncDispose]: () => app.stop() }
}

export function buildCampaign(world: World, tenantId: string, given: Partial<Campaign> = {}): Campaign {
  const now = new Date().toISOString()
  const campaign: Campaign = {
    id: randomUUID(),
    name: 'Spring',
    state: 'sending',
    brief: null,
    crewRunId: null,
    senderId: null,
    audience: { kind: 'everyone' },
    variants: ['A', 'B'].map((label) => ({ id: randomUUID(), label, emailId: randomUUID(), share: 50 })),
    holdoutPercent: 0,
    scheduledAt: null,
    fingerprint: '',
    approvedAt: now,
    approvedBy: null,
    launchedAt: now,
    frozenAt: now,
    finishedAt: null,
    attention: null,
    accounting: { audience: 10, sent: 6, failed: 1, suppressed: 1, pending: 2, unknown: 0, held: 0 },
    createdAt: now,
    updatedAt: now,
    ...given,
  }
  world.campaigns.add(tenantId, campaign)
  return campaign
}

/** As delivery tells it, with everything counted at the end. */
export async function publish(
  { app }: World,
  tenantId: string,
  facts: {
    settled?: readonly SettledSet[]
    engaged?: readonly (readonly Hit[])[]
    rejudged?: readonly (readonly Hit[])[]
  },
): Promise<void> {
  const events = app.get(Events)
  await app.db.withTenant(tenantId, async () => {
    for (const { campaignId, deliveries } of facts.settled ?? []) {
      for (const [at, rows] of Map.groupBy(deliveries, (row) => row.at)) {
        await events.publish(Settled, { campaignId, at, groups: groupsOf(rows) })
      }
    }
    for (const hits of facts.engaged ?? []) await events.publish(Engaged, { hits: [...hits] })
    for (const hits of facts.rejudged ?? []) await events.publish(Rejudged, { hits: [...hits] })
  })
  await app.drain()
}

export function buildHit(campaign: Campaign, contactId: string, given: Partial<Hit> = {}): Hit {
  return {
    id: randomUUID(),
    deliveryId: randomUUID(),
    campaignId: campaign.id,
    variantId: campaign.variants[0]?.id ?? null,
    contactId,
    kind: 'open',
    url: null,
    machine: 0,
    at: new Date().toISOString(),
    ...given,
  }
}

export function buildSettled(campaign: Campaign, contactId: string, given: Partial<SettledRow> = {}): SettledRow {
  return {
    deliveryId: randomUUID(),
    contactId,
    variantId: campaign.variants[0]?.id ?? null,
    state: 'accepted',
    at: new Date().toISOString(),
    ...given,
  }
}

function groupsOf(rows: readonly SettledRow[]): Group[] {
  return [...Map.groupBy(rows, ({ variantId, state }) => `${variantId} ${state}`).values()].map((group) => ({
    variantId: (group[0] as SettledRow).variantId,
    state: (group[0] as SettledRow).state,
    deliveryIds: group.map(({ deliveryId }) => deliveryId),
    contactIds: group.map(({ contactId }) => contactId),
  }))
}
