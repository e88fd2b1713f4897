import { isProblem, type Logger } from '@fanfare/kernel'
import { assignVariant } from './assignment.ts'
import { CampaignFinished } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { launchStates } from './lifecycle.ts'
import { assertSends } from './sends.ts'
import {
  advanceLaunch,
  type CampaignKey,
  type CampaignRow,
  findCampaign,
  markFrozen,
  markPrepared,
  moveCampaign,
  type Trx,
} from './store.ts'
import { fingerprintNow } from './texts.ts'
import { announce, auditMove, type MoveDeps } from './transition.ts'

type LaunchDeps = MoveDeps &
  Pick<Deps, 'events' | 'audience' | 'content' | 'delivery' | 'identity'> & { log: Logger; pageSize: number }

/**
 * Freezes the audience: sets up the dispatch and hands the contacts over page by page; the sending begins with the first.
 * Each step commits where it has come to, so a run that dies is taken up by the next one, and a cancelled launch stops at
 * a page. A paused one goes on to the end, and nobody of it is sent.
 */
export async function launchCampaign(
  deps: LaunchDeps,
  key: CampaignKey,
  { scheduledAt, signal }: { scheduledAt: string | undefined; signal: AbortSignal },
): Promise<void> {
  const row = await findLaunching(deps, key, scheduledAt)
  if (row === undefined) return
  const prepared = row.dispatch_prepared ? row : await prepareDispatch(deps, key, row)
  if (prepared === undefined) return
  let page: Page = { kind: 'next', cursor: prepared.launch_cursor }
  while (page.kind === 'next') {
    signal.throwIfAborted()
    page = await handOverPage(deps, prepared, page.cursor)
  }
  if (page.kind === 'end') await endLaunch(deps, key)
}

/** The campaign if it is to be launched now; a scheduled one only at the time that it is scheduled for. */
async function findLaunching(deps: LaunchDeps, key: CampaignKey, scheduledAt: string | undefined) {
  const row = await deps.db.withTenant(key.tenantId, async (trx) => {
    if (scheduledAt === undefined) return findCampaign(trx, key)
    const now = deps.clock.now()
    const patch = { launched_at: now, updated_at: now }
    const expected = { scheduledAt: new Date(scheduledAt) }
    const begun = await moveCampaign(trx, key, { action: 'begin', patch, expected })
    if (begun) {
      announce(deps, begun)
      await auditMove(deps, { action: 'begin', before: undefined, after: begun })
    }
    return begun ?? findCampaign(trx, key)
  })
  return row && isLaunching(row) ? row : undefined
}

function isLaunching({ state, frozen_at }: CampaignRow): boolean {
  return frozen_at === null && launchStates.some((launching) => launching === state)
}

/** Undefined when there is nothing to launch any more: called off meanwhile, or sent back to a person. */
async function prepareDispatch(deps: LaunchDeps, key: CampaignKey, row: CampaignRow): Promise<CampaignRow | undefined> {
  try {
    return await deps.db.withTenant(key.tenantId, async (trx) => {
      const prepared = await markPrepared(trx, key)
      if (prepared === undefined) return undefined
      if (row.sender_id === null) throw problem('sender_unset')
      await assertSends(deps, row)
      await deps.delivery.prepareDispatch({
        ...key,
        name: row.name,
        senderId: row.sender_id,
        variants: row.variants.map(({ id, label, emailId }) => ({ variantId: id, label, emailId })),
      })
      // After the texts are frozen: an edit before that shows here, and rolls the set-up back.
      if ((await fingerprintNow(deps, row)) !== row.fingerprint) throw problem('changed_since')
      return prepared
    })
  } catch (error) {
    if (!isProblem(error) || error.retryable || error.status >= 500) throw error
    await sendBack(deps, key, error.message)
    return undefined
  }
}

async function sendBack(deps: LaunchDeps, key: CampaignKey, reason: string): Promise<void> {
  deps.log.warn({ campaignId: key.campaignId, reason }, 'a launch was stopped before anything was sent')
  const patch = {
    attention: reason,
    approved_at: null,
    approved_by: null,
    launched_at: null,
    scheduled_at: null,
    updated_at: deps.clock.now(),
  }
  await deps.db.withTenant(key.tenantId, async (trx) => {
    const draft = await moveCampaign(trx, key, { action: 'send_back', patch })
    if (draft) {
      announce(deps, draft)
      await auditMove(deps, { action: 'send_back', before: undefined, after: draft })
    }
  })
}

/** Where a page has left the launch; `stopped` when it was called off, or another run is ahead of this one. */
type Page = { readonly kind: 'next'; readonly cursor: string | null } | { readonly kind: 'end' | 'stopped' }

/** Hands over the page of contacts after `cursor`. */
async function handOverPage(deps: LaunchDeps, row: CampaignRow, cursor: string | null): Promise<Page> {
  const key = { tenantId: row.tenant_id, campaignId: row.id }
  return deps.db.withTenant(key.tenantId, async (trx) => {
    const page = await deps.audience.pageAudience({
      tenantId: key.tenantId,
      audience: row.audience ?? { kind: 'everyone' },
      limit: deps.pageSize,
      ...(cursor === null ? {} : { after: cursor }),
    })
    const to = page.recipients.at(-1)?.contactId
    if (to === undefined) return { kind: 'end' }
    const advanced = await advanceLaunch(trx, key, { from: cursor, to })
    if (advanced === undefined) return { kind: 'stopped' }
    const campaign = { id: row.id, holdoutPercent: row.holdout_percent, variants: row.variants }
    const recipients = page.recipients.map((recipient) => ({
      ...recipient,
      variantId: assignVariant(campaign, recipient.contactId),
    }))
    await deps.delivery.addRecipients({ ...key, recipients })
    if (advanced.state === 'launching') await beginSending(deps, trx, key)
    return page.next === null ? { kind: 'end' } : { kind: 'next', cursor: to }
  })
}

/** Once: after the first page, or at the end of a launch that found nobody. */
async function beginSending(deps: LaunchDeps, trx: Trx, key: CampaignKey): Promise<void> {
  const row = await moveCampaign(trx, key, { action: 'start', patch: { updated_at: deps.clock.now() } })
  if (row === undefined) return
  await deps.delivery.openDispatch(key)
  announce(deps, row)
}

/** Commits with delivery's news that nobody else comes, so the end of the dispatch cannot come before the campaign is sending. */
async function endLaunch(deps: LaunchDeps, key: CampaignKey): Promise<void> {
  const frozen = await deps.db.withTenant(key.tenantId, async (trx) => {
    await beginSending(deps, trx, key)
    const row = await markFrozen(trx, key, deps.clock.now())
    if (row === undefined) return false
    await deps.delivery.startDispatch(key)
    announce(deps, row)
    return true
  })
  if (!frozen) return
  // Everyone may be held out, or have left since the approval: then no delivery will ever end it.
  const { pending } = await deps.delivery.getAccounting(key)
  if (pending === 0) await finishCampaign(deps, key)
}

/** Delivery has nothing of the campaign left to do. */
export async function finishCampaign(deps: MoveDeps & Pick<Deps, 'events'>, key: CampaignKey): Promise<void> {
  await deps.db.withTenant(key.tenantId, async (trx) => {
    const now = deps.clock.now()
    const row = await moveCampaign(trx, key, { action: 'finish', patch: { finished_at: now, updated_at: now } })
    if (row === undefined) return
    await deps.events.publish(CampaignFinished, { campaignId: key.campaignId })
    announce(deps, row)
  })
}

/** Delivery's guard has paused it: the campaign follows, and says why. */
export async function haltCampaign(deps: MoveDeps, key: CampaignKey, reason: string): Promise<void> {
  await deps.db.withTenant(key.tenantId, async (trx) => {
    const patch = { attention: reason, updated_at: deps.clock.now() }
    const row = await moveCampaign(trx, key, { action: 'pause', patch })
    if (row === undefined) return
    announce(deps, row)
    await auditMove(deps, { action: 'pause', before: undefined, after: row })
  })
}
