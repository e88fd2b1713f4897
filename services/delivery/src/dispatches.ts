import type { Accounting, Standing } from './contract.ts'
import type { Deps } from './deps.ts'
import { cancelRest } from './engine/run.ts'
import { problem } from './errors.ts'
import { startWork } from './jobs.ts'
import { freezeVariant } from './message/variant.ts'
import { findDispatch, insertDispatch, insertLinks, insertVariants, moveDispatch } from './store/dispatches.ts'
import { countByCampaign, findStanding, insertDeliveries } from './store/ledger.ts'
import { getSender } from './store/senders.ts'
import type { DispatchRef, DispatchState } from './store/tables.ts'

export interface NewDispatch extends DispatchRef {
  readonly name: string
  readonly senderId: string
  readonly variants: readonly { readonly variantId: string; readonly label: string; readonly emailId: string }[]
}

/** Compiles and freezes what a campaign sends. A campaign that has its dispatch keeps it as it is. */
export async function prepareDispatch(deps: Pick<Deps, 'db' | 'content'>, dispatch: NewDispatch): Promise<void> {
  const { tenantId, campaignId } = dispatch
  if (await deps.db.withTenant(tenantId, (trx) => findDispatch(trx, dispatch))) return
  const frozen = await Promise.all(
    dispatch.variants.map(async ({ variantId, label, emailId }) => {
      const email = await deps.content.compileEmail({ tenantId, emailId })
      return { variantId, label, ...freezeVariant(email, `${campaignId}/${variantId}`) }
    }),
  )
  await deps.db.withTenant(tenantId, async (trx) => {
    await getSender(trx, tenantId, dispatch.senderId)
    if (!(await insertDispatch(trx, dispatch, dispatch.senderId, dispatch.name))) return
    const ofCampaign = { tenant_id: tenantId, campaign_id: campaignId }
    await insertVariants(
      trx,
      frozen.map(({ variantId, label, texts: { subject, preheader, html, text } }) => {
        return { ...ofCampaign, variant_id: variantId, label, subject, preheader, html, text }
      }),
    )
    const links = frozen.flatMap(({ variantId, links }) =>
      links.map((link) => ({ ...ofCampaign, variant_id: variantId, ...link })),
    )
    await insertLinks(trx, links)
  })
}

export interface NewRecipient {
  readonly contactId: string
  readonly email: string
  readonly variantId: string | null
}

/** Adds a page of the audience, once. */
export async function addRecipients(
  deps: Pick<Deps, 'db' | 'ids'>,
  ref: DispatchRef,
  recipients: readonly NewRecipient[],
) {
  return deps.db.withTenant(ref.tenantId, async (trx) => {
    const dispatch = await findDispatch(trx, ref)
    if (dispatch === undefined) throw problem('dispatch_missing', { detail: { campaignId: ref.campaignId } })
    const open: readonly DispatchState[] = ['preparing', 'running', 'paused']
    if (!open.includes(dispatch.state)) throw closed(ref, dispatch.state, open)
    return insertDeliveries(
      trx,
      ref,
      recipients.map((recipient) => ({ id: deps.ids.next(), ...recipient })),
    )
  })
}

export async function startDispatch(deps: Pick<Deps, 'db' | 'jobs'>, ref: DispatchRef): Promise<void> {
  await steer(deps, ref, ['preparing'], 'running', () => startWork(deps, ref))
}

export async function pauseDispatch(deps: Pick<Deps, 'db'>, ref: DispatchRef): Promise<void> {
  await steer(deps, ref, ['running'], 'paused')
}

export async function resumeDispatch(deps: Pick<Deps, 'db' | 'jobs'>, ref: DispatchRef): Promise<void> {
  await steer(deps, ref, ['paused'], 'running', () => startWork(deps, ref))
}

/** Cancels what is not on the wire and says how many; the engine cancels what comes back from the wire unsent. */
export async function cancelDispatch(deps: Pick<Deps, 'db' | 'events' | 'jobs' | 'progress'>, ref: DispatchRef) {
  await steer(deps, ref, ['preparing', 'running', 'paused'], 'cancelled', () => startWork(deps, ref))
  const cancelled = await cancelRest(deps, ref)
  deps.progress.changed(ref)
  return cancelled
}

/** Moves a dispatch; one that is there already stays, so a repeated order changes nothing. */
async function steer(
  { db }: Pick<Deps, 'db'>,
  ref: DispatchRef,
  from: readonly DispatchState[],
  to: DispatchState,
  andThen?: () => Promise<void>,
): Promise<void> {
  await db.withTenant(ref.tenantId, async (trx) => {
    if (await moveDispatch(trx, ref, from, to)) return andThen?.()
    const dispatch = await findDispatch(trx, ref)
    if (dispatch === undefined) throw problem('dispatch_missing', { detail: { campaignId: ref.campaignId } })
    if (dispatch.state !== to) throw closed(ref, dispatch.state, from)
  })
}

function closed({ campaignId }: DispatchRef, state: DispatchState, allowed: readonly DispatchState[]) {
  return problem('dispatch_closed', { detail: { campaignId, state, allowed: allowed.join(' or ') } })
}

/** Problem: `delivery.dispatch_missing`. */
export async function getAccounting(deps: Pick<Deps, 'db'>, ref: DispatchRef): Promise<Accounting> {
  const counted = await countAll(deps, ref.tenantId, [ref.campaignId])
  const accounting = counted.get(ref.campaignId)
  if (accounting === undefined) throw problem('dispatch_missing', { detail: { campaignId: ref.campaignId } })
  return accounting
}

/** Problem: `delivery.dispatch_missing`. */
export async function getStanding(deps: Pick<Deps, 'db'>, ref: DispatchRef): Promise<Standing> {
  const standing = await deps.db.withTenant(ref.tenantId, (trx) => findStanding(trx, ref))
  if (standing === undefined) throw problem('dispatch_missing', { detail: { campaignId: ref.campaignId } })
  return standing
}

export async function countAll({ db }: Pick<Deps, 'db'>, tenantId: string, campaignIds: readonly string[]) {
  return db.withTenant(tenantId, (trx) => countByCampaign(trx, tenantId, campaignIds))
}
