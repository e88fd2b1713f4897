import { defineService, Events, token } from '@fanfare/kernel'
import type { TestApp, TestClient, TestClock } from '@fanfare/testkit'
import { boot } from '@fanfare/testkit'
import { type Campaign, CampaignFinished } from '../src/contract.ts'
import { campaigns } from '../src/service.ts'
import { createFakeAi } from './fakes/ai.ts'
import { createFakeAudience } from './fakes/audience.ts'
import { createFakeContent } from './fakes/content.ts'
import { createFakeDelivery } from './fakes/delivery.ts'

/** Hears what campaigns say. */
function createListener() {
  const finished: string[] = []
  const service = defineService({
    provides: token<object>()('listener'),
    needs: { events: Events },
    start: ({ events }) => {
      events.on(CampaignFinished, 'listener.finished', async ({ data }) => void finished.push(data.campaignId))
      return {}
    },
  })
  return { service, finished }
}

export interface World extends AsyncDisposable {
  readonly app: TestApp
  readonly audience: ReturnType<typeof createFakeAudience>
  readonly content: ReturnType<typeof createFakeContent>
  readonly delivery: ReturnType<typeof createFakeDelivery>
  /** Ids of campaigns that said they are finished. */
  readonly finished: readonly string[]
}

/** Campaigns among fakes of the services that they need; a launch page holds ten contacts. */
export async function bootCampaigns(options: { clock?: TestClock } = {}): Promise<World> {
  const [ai, audience, content, delivery] = [
    createFakeAi(),
    createFakeAudience(),
    createFakeContent(),
    createFakeDelivery(),
  ]
  const listener = createListener()
  const services = [ai.service, audience.service, content.service, delivery.service, listener.service, campaigns]
  const app = await boot(services, {
    ...options,
    config: { campaigns: { launchPageSize: 10 } },
  })
  return { app, audience, content, delivery, finished: listener.finished, [Symbol.asyncDispose]: () => app.stop() }
}

export const brief = {
  goal: 'Tell people about the engine',
  callToAction: { label: 'Look', url: 'https://example.com/engine' },
}

export interface Built {
  readonly tenantId: string
  readonly api: TestClient
  readonly campaignId: string
  readonly path: string
  readonly contactIds: readonly string[]
  readonly listId: string
  readonly emailIds: readonly string[]
}

/** A draft that is ready to be approved, in a workspace of its own. */
export async function buildCampaign(
  { app, audience, content, delivery }: World,
  wanted: {
    contacts?: number
    holdoutPercent?: number
    bodies?: string[]
    sender?: { postalAddress?: string; kind?: 'smtp' }
  } = {},
): Promise<Built> {
  const tenantId = app.tenant()
  const api = app.as({ tenantId, role: 'owner' })
  const { listId, contactIds } = audience.addList(tenantId, wanted.contacts ?? 25)
  const sender = delivery.addSender(tenantId, wanted.sender)
  const emailIds = (wanted.bodies ?? ['A', 'B']).map((body) => content.addEmail(tenantId, body).id)
  const { body: campaign } = await api.post('/v1/campaigns', { name: 'Spring' })
  const path = `/v1/campaigns/${campaign.id}`
  await api.patch(path, {
    senderId: sender.id,
    audience: { kind: 'list', listId },
    holdoutPercent: wanted.holdoutPercent ?? 0,
    variants: emailIds.map((emailId, index) => ({ label: `V${index}`, emailId, share: 100 / emailIds.length })),
  })
  return { tenantId, api, campaignId: campaign.id, path, contactIds, listId, emailIds }
}

/** A campaign that waits for nothing but to be sent. */
export async function buildApproved(world: World, wanted: Parameters<typeof buildCampaign>[1] = {}): Promise<Built> {
  const built = await buildCampaign(world, wanted)
  const { body: readiness } = await built.api.get(`${built.path}/readiness`)
  await built.api.post(`${built.path}/approve`, { fingerprint: readiness.fingerprint })
  return built
}

/** A campaign whose audience delivery has. */
export async function buildSending(world: World, wanted: Parameters<typeof buildCampaign>[1] = {}): Promise<Built> {
  const built = await buildApproved(world, wanted)
  await built.api.post(`${built.path}/send`)
  await world.app.drain()
  return built
}

/** Reads a campaign until it has left the given states. What a job does later, `drain` does not wait for. */
export function waitWhile(built: Built, ...states: readonly string[]) {
  return waitUntil(built, ({ state }) => !states.includes(state))
}

/** Reads a campaign until everybody was handed over. */
export function waitUntilFrozen(built: Built) {
  return waitUntil(built, ({ frozenAt }) => frozenAt !== null)
}

async function waitUntil({ api, path }: Built, holds: (campaign: Campaign) => boolean): Promise<Campaign> {
  for (;;) {
    const { body: campaign } = await api.get(path)
    if (holds(campaign)) return campaign
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
