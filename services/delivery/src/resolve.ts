import { recordAudit } from '@fanfare/identity/contract'
import type { ResolveDeliveries } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { publishSettled } from './settled.ts'
import { findDispatch, findTransactionalDispatch } from './store/dispatches.ts'
import {
  lockBatchesOf,
  lockUnknownBatches,
  type ResolvedRow,
  reopenDispatches,
  resolveUnknown,
} from './store/resolutions.ts'
import { getSender } from './store/senders.ts'

type ResolveDeps = Pick<Deps, 'db' | 'events' | 'clock' | 'engine' | 'progress'>
type Trx = Parameters<Parameters<Deps['db']['withTenant']>[1]>[0]

const batchesAtOnce = 20

/** Who decides. */
export interface Operator {
  readonly tenantId: string
  readonly actor: string
}

/**
 * Settles deliveries that are unknown by what an operator found out, or sends them again under the same Message-ID. Returns
 * how many. What is not unknown stays as it is, so a repeated order changes nothing.
 *
 * Problems: `delivery.dispatch_missing`, `delivery.sender_missing`.
 */
export async function resolveDeliveries(
  deps: ResolveDeps,
  operator: Operator,
  { deliveries, as, note }: ResolveDeliveries,
): Promise<number> {
  const { tenantId, actor } = operator
  const decision = { as, actor, note }
  if (deliveries.kind === 'ids') {
    const { ids } = deliveries
    return resolveSet(deps, tenantId, decision, async (trx) => ({
      batchIds: await lockBatchesOf(trx, tenantId, ids),
      ids,
    }))
  }
  const dispatchId = await deps.db.withTenant(tenantId, (trx) => dispatchOf(trx, tenantId, deliveries))
  if (dispatchId === undefined) return 0
  let after: string | undefined
  let resolved = 0
  do {
    const page = { after, limit: batchesAtOnce }
    after = undefined
    resolved += await resolveSet(deps, tenantId, decision, async (trx) => {
      const batchIds = await lockUnknownBatches(trx, { tenantId, dispatchId }, page)
      after = batchIds.length === batchesAtOnce ? batchIds.at(-1) : undefined
      return { batchIds, ids: undefined }
    })
  } while (after !== undefined)
  return resolved
}

/** Undefined for a sender that sent nothing by the API. */
async function dispatchOf(
  trx: Trx,
  tenantId: string,
  of: Exclude<ResolveDeliveries['deliveries'], { kind: 'ids' }>,
): Promise<string | undefined> {
  if (of.kind === 'sender') {
    await getSender(trx, tenantId, of.senderId)
    return findTransactionalDispatch(trx, tenantId, of.senderId)
  }
  const dispatch = await findDispatch(trx, { tenantId, dispatchId: of.campaignId })
  if (dispatch === undefined) throw problem('dispatch_missing', { detail: { campaignId: of.campaignId } })
  return dispatch.id
}

interface Picked {
  readonly batchIds: readonly string[]
  readonly ids: readonly string[] | undefined
}

async function resolveSet(
  deps: ResolveDeps,
  tenantId: string,
  decision: Pick<ResolveDeliveries, 'as' | 'note'> & { readonly actor: string },
  pick: (trx: Trx) => Promise<Picked>,
): Promise<number> {
  const { as } = decision
  const rows = await deps.db.withTenant(tenantId, async (trx) => {
    const { batchIds, ids } = await pick(trx)
    if (batchIds.length === 0) return []
    const changed = await resolveUnknown(trx, tenantId, { ...decision, batchIds, ids })
    const { note } = decision
    await recordAudit(deps.events, {
      tenantId,
      action: 'deliveries.resolved',
      after: { as, note, deliveries: changed.length, campaigns: dispatchesOf(changed) },
    })
    if (as === 'resend') await reopenDispatches(trx, tenantId, dispatchesOf(changed))
    else await publishResolved(deps, tenantId, as, changed)
    return changed
  })
  if (rows.length === 0) return 0
  // A dispatch that was closed at the same moment did not see what is queued now.
  if (as === 'resend') {
    await deps.db.withTenant(tenantId, (trx) => reopenDispatches(trx, tenantId, dispatchesOf(rows)))
    deps.engine.wake()
  }
  for (const { dispatch_id: dispatchId, lane } of rows) {
    if (lane !== 'transactional') deps.progress.changed({ tenantId, dispatchId })
  }
  return rows.length
}

async function publishResolved(
  deps: ResolveDeps,
  tenantId: string,
  to: Exclude<ResolveDeliveries['as'], 'resend'>,
  rows: readonly ResolvedRow[],
): Promise<void> {
  for (const [dispatchId, ofDispatch] of Map.groupBy(rows, ({ dispatch_id }) => dispatch_id)) {
    const changes = ofDispatch.map(({ id }) => ({ id, to }))
    const lane = (ofDispatch[0] as ResolvedRow).lane
    await publishSettled(
      deps,
      { tenantId, dispatchId },
      lane,
      ofDispatch,
      changes,
      new Set(changes.map(({ id }) => id)),
    )
  }
}

function dispatchesOf(rows: readonly ResolvedRow[]): string[] {
  return [...new Set(rows.map(({ dispatch_id }) => dispatch_id))]
}
