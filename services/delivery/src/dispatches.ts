import type { Accounting, Standing } from './contract.ts'
import type { Deps } from './deps.ts'
import { cancelRest, settleDispatch } from './engine/settle.ts'
import { problem } from './errors.ts'
import { domainOf } from './message/addresses.ts'
import { destinationOf } from './message/destinations.ts'
import { freezeVariant } from './message/variant.ts'
import { scheduleBatches } from './store/batches.ts'
import {
  completeDispatch,
  findDispatch,
  holdDispatch,
  insertDispatch,
  insertLinks,
  insertVariants,
  moveDispatch,
} from './store/dispatches.ts'
import { countByDispatch, findStanding, insertDeliveries, type NewDelivery } from './store/ledger.ts'
import { getSender } from './store/senders.ts'
import type { DispatchRef, DispatchState } from './store/tables.ts'

export interface NewDispatch extends DispatchRef {
  readonly name: string
  readonly senderId: string
  readonly variants: readonly { readonly variantId: string; readonly label: string; readonly emailId: string }[]
}

/** Compiles and freezes what a campaign sends. A campaign that has its dispatch keeps it as it is. */
export async function prepareDispatch(deps: Pick<Deps, 'db' | 'content'>, dispatch: NewDispatch): Promise<void> {
  const { tenantId, dispatchId, senderId, name } = dispatch
  if (await deps.db.withTenant(tenantId, (trx) => findDispatch(trx, dispatch))) return
  const frozen = await Promise.all(
    dispatch.variants.map(async ({ variantId, label, emailId }) => {
      const email = await deps.content.compileEmail({ tenantId, emailId })
      return { variantId, label, ...freezeVariant(email, `${dispatchId}/${variantId}`) }
    }),
  )
  await deps.db.withTenant(tenantId, async (trx) => {
    await getSender(trx, tenantId, senderId)
    if (!(await insertDispatch(trx, dispatch, { senderId, name, lane: 'campaign' }))) return
    const ofDispatch = { tenant_id: tenantId, dispatch_id: dispatchId }
    await insertVariants(
      trx,
      frozen.map(({ variantId, label, texts: { subject, preheader, html, text } }) => {
        return { ...ofDispatch, variant_id: variantId, label, subject, preheader, html, text }
      }),
    )
    const links = frozen.flatMap(({ variantId, links }) =>
      links.map((link) => ({ ...ofDispatch, variant_id: variantId, ...link })),
    )
    await insertLinks(trx, links)
  })
}

export interface NewRecipient {
  readonly contactId: string
  readonly email: string
  readonly variantId: string | null
}

/** Adds a page of the audience, once. Those of a dispatch that is open leave as soon as they are in. */
export async function addRecipients(
  deps: Pick<Deps, 'db' | 'ids' | 'config' | 'engine'>,
  ref: DispatchRef,
  recipients: readonly NewRecipient[],
) {
  return deps.db.withTenant(ref.tenantId, async (trx) => {
    const dispatch = await holdDispatch(trx, ref)
    if (dispatch === undefined) throw missing(ref)
    const open: readonly DispatchState[] = ['preparing', 'running', 'paused']
    if (!open.includes(dispatch.state)) throw closed(ref, dispatch.state, open)
    const { sender_id: senderId, lane } = dispatch
    const isDue = dispatch.state === 'running'
    if (isDue) deps.db.afterCommit(deps.engine.wake)
    return insertDeliveries(trx, ref, { senderId, lane, isDue }, inBatches(deps, recipients))
  })
}

/** Puts recipients of the same destination together, so that a batch waits only for its own. */
export function inBatches(
  { ids, config }: Pick<Deps, 'ids' | 'config'>,
  recipients: readonly Pick<NewDelivery, 'contactId' | 'email' | 'variantId'>[],
): NewDelivery[] {
  const groups = Map.groupBy(recipients, ({ email }) => destinationOf(domainOf(email).toLowerCase()))
  return [...groups].flatMap(([destination, group]) => {
    let batchId = ''
    return group.map((recipient, index) => {
      const position = index % config.batchSize
      if (position === 0) batchId = ids.next()
      return { id: ids.next(), batchId, position, destination, ...recipient }
    })
  })
}

type SteerDeps = Pick<Deps, 'db' | 'engine'>
type SettleDeps = SteerDeps & Pick<Deps, 'events' | 'clock' | 'progress' | 'log'>

/** Begins to send while more recipients come. */
export async function openDispatch(deps: SteerDeps, ref: DispatchRef): Promise<void> {
  await steer(deps, ref, ['preparing'], 'running')
}

/** Everybody is in it: it is sent, and finished once nothing is pending. One that was paused meanwhile stays paused. */
export async function startDispatch(deps: SettleDeps, ref: DispatchRef): Promise<void> {
  await deps.db.withTenant(ref.tenantId, async (trx) => {
    if ((await completeDispatch(trx, ref)) !== 'paused') await steer(deps, ref, ['preparing'], 'running')
  })
  // Nobody may be in it, or nobody any more.
  await settleDispatch(deps, ref)
}

export async function pauseDispatch(deps: SteerDeps, ref: DispatchRef): Promise<void> {
  await steer(deps, ref, ['running'], 'paused')
}

export async function resumeDispatch(deps: SteerDeps, ref: DispatchRef): Promise<void> {
  await steer(deps, ref, ['paused'], 'running')
}

/** Cancels what is not on the wire and says how many; the engine cancels what comes back from the wire unsent. */
export async function cancelDispatch(deps: SettleDeps, ref: DispatchRef): Promise<number> {
  await steer(deps, ref, ['preparing', 'running', 'paused'], 'cancelled')
  const cancelled = await cancelRest(deps, ref)
  await settleDispatch(deps, ref)
  deps.progress.changed(ref)
  return cancelled
}

/** Moves a dispatch, and its batches with it; one that is there already stays, so a repeated order changes nothing. */
async function steer(
  { db, engine }: SteerDeps,
  ref: DispatchRef,
  from: readonly DispatchState[],
  to: DispatchState,
): Promise<void> {
  await db.withTenant(ref.tenantId, async (trx) => {
    if (await moveDispatch(trx, ref, from, to)) {
      await scheduleBatches(trx, ref, to)
      db.afterCommit(engine.wake)
      return
    }
    const dispatch = await findDispatch(trx, ref)
    if (dispatch === undefined) throw missing(ref)
    if (dispatch.state !== to) throw closed(ref, dispatch.state, from)
  })
}

function missing({ dispatchId }: DispatchRef) {
  return problem('dispatch_missing', { detail: { campaignId: dispatchId } })
}

function closed({ dispatchId }: DispatchRef, state: DispatchState, allowed: readonly DispatchState[]) {
  return problem('dispatch_closed', { detail: { campaignId: dispatchId, state, allowed: allowed.join(' or ') } })
}

/** Problem: `delivery.dispatch_missing`. */
export async function getAccounting(deps: Pick<Deps, 'db'>, ref: DispatchRef): Promise<Accounting> {
  const counted = await countAll(deps, ref.tenantId, [ref.dispatchId])
  const accounting = counted.get(ref.dispatchId)
  if (accounting === undefined) throw missing(ref)
  return accounting
}

/** Problem: `delivery.dispatch_missing`. */
export async function getStanding(deps: Pick<Deps, 'db'>, ref: DispatchRef): Promise<Standing> {
  const standing = await deps.db.withTenant(ref.tenantId, (trx) => findStanding(trx, ref))
  if (standing === undefined) throw missing(ref)
  return standing
}

export async function countAll({ db }: Pick<Deps, 'db'>, tenantId: string, dispatchIds: readonly string[]) {
  return db.withTenant(tenantId, (trx) => countByDispatch(trx, tenantId, dispatchIds))
}
