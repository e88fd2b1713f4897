import { recordAudit } from '@fanfare/identity/contract'
import type { Campaign, TestSend } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { Launch } from './jobs.ts'
import { assertSends } from './sends.ts'
import type { CampaignKey, CampaignRow } from './store.ts'
import { fingerprintNow } from './texts.ts'
import { getRow, type MoveDeps, transition } from './transition.ts'
import { presentCampaign } from './wire.ts'

type DispatchDeps = MoveDeps & Pick<Deps, 'jobs' | 'content' | 'delivery' | 'identity' | 'audience'>
const yearMs = 366 * 24 * 60 * 60 * 1_000

export async function sendCampaign(deps: DispatchDeps, key: CampaignKey): Promise<Campaign> {
  await requireApprovedTexts(deps, key)
  const row = await transition(deps, key, {
    action: 'send',
    patch: { launched_at: deps.clock.now(), scheduled_at: null },
    effect: async ({ state }) => {
      if (state === 'launching') await deps.jobs.enqueue(Launch, { campaignId: key.campaignId }, ofTenant(key))
      return undefined
    },
  })
  return presentCampaign(deps, row)
}

export async function scheduleCampaign(deps: DispatchDeps, key: CampaignKey, at: Date): Promise<Campaign> {
  const aheadMs = at.getTime() - deps.clock.now().getTime()
  if (aheadMs <= 0) throw problem('time_past', { detail: { at: at.toISOString() } })
  if (aheadMs > yearMs) throw problem('time_far', { detail: { at: at.toISOString() } })
  await requireApprovedTexts(deps, key)
  const row = await transition(deps, key, {
    action: 'schedule',
    patch: { scheduled_at: at },
    effect: async () => {
      const told = { campaignId: key.campaignId, scheduledAt: at.toISOString() }
      await deps.jobs.enqueue(Launch, told, { ...ofTenant(key), startAfter: at })
      return undefined
    },
  })
  return presentCampaign(deps, row)
}

/** The job of the old time finds the campaign no longer scheduled for then, and does nothing. */
export async function unscheduleCampaign(deps: DispatchDeps, key: CampaignKey): Promise<Campaign> {
  const row = await transition(deps, key, { action: 'unschedule', patch: { scheduled_at: null } })
  return presentCampaign(deps, row)
}

export async function pauseCampaign(deps: DispatchDeps, key: CampaignKey): Promise<Campaign> {
  const effect = tellDelivery(() => deps.delivery.pauseDispatch(key))
  return presentCampaign(deps, await transition(deps, key, { action: 'pause', effect }))
}

export async function resumeCampaign(deps: DispatchDeps, key: CampaignKey): Promise<Campaign> {
  const effect = tellDelivery(() => deps.delivery.resumeDispatch(key))
  return presentCampaign(deps, await transition(deps, key, { action: 'resume', patch: { attention: null }, effect }))
}

export async function cancelCampaign(deps: DispatchDeps, key: CampaignKey): Promise<Campaign> {
  const patch = { finished_at: deps.clock.now(), scheduled_at: null }
  const effect = tellDelivery(() => deps.delivery.cancelDispatch(key))
  return presentCampaign(deps, await transition(deps, key, { action: 'cancel', patch, effect }))
}

export async function sendTest(
  { db, events, delivery }: Pick<Deps, 'db' | 'events' | 'delivery'>,
  key: CampaignKey,
  { to, variantId, contactId }: TestSend,
): Promise<{ accepted: boolean; reply: string }> {
  const { tenantId } = key
  const row = await getRow({ db }, key)
  const variant = row.variants.find(({ id }) => id === variantId)
  if (variant === undefined) throw problem('variant_missing', { detail: { variantId } })
  if (row.sender_id === null) throw problem('sender_unset')
  const whom = contactId === undefined ? {} : { contactId }
  const target = { kind: 'campaign', id: key.campaignId, name: row.name }
  await db.withTenant(tenantId, () =>
    recordAudit(events, {
      tenantId,
      action: 'campaign.test_sent',
      target,
      after: { to, variant: variant.label, ...whom },
    }),
  )
  return delivery.sendTest({ tenantId, senderId: row.sender_id, emailId: variant.emailId, to, ...whom })
}

/** Delivery knows a campaign from the moment its launch has set it up. */
function tellDelivery(tell: () => Promise<unknown>) {
  return async (row: CampaignRow): Promise<undefined> => {
    if (row.dispatch_prepared) await tell()
  }
}

/** An email can be edited after the approval; the launch checks again, but a person should hear of it now. */
async function requireApprovedTexts(deps: DispatchDeps, key: CampaignKey): Promise<void> {
  const row = await getRow(deps, key)
  const approved = row.state === 'approved' || row.state === 'scheduled'
  if (approved && (await fingerprintNow(deps, row)) !== row.fingerprint) throw problem('changed_since')
  if (approved) await assertSends(deps, row)
}

function ofTenant({ tenantId }: CampaignKey) {
  return { tenantId }
}
