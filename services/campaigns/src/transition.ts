import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { type Action, decide, participles } from './lifecycle.ts'
import {
  type CampaignKey,
  type CampaignPatch,
  type CampaignRow,
  type Expected,
  findCampaign,
  lockCampaign,
  moveCampaign,
  type Trx,
} from './store.ts'

export type MoveDeps = Pick<Deps, 'db' | 'clock' | 'live'>

export interface Transition {
  readonly action: Action
  readonly patch?: CampaignPatch
  readonly expected?: Expected
  /**
   * What the move means elsewhere. Runs under the campaign's lock, so that effects come in the order of the moves, and
   * also when the move was made already: a first try may have failed half-way.
   */
  effect?(row: CampaignRow, trx: Trx): Promise<CampaignRow | undefined>
}

/** Moves a campaign along its state machine. Problems: `campaigns.campaign_missing`, `.state_wrong`, `.changed_since`. */
export async function transition(deps: MoveDeps, key: CampaignKey, wanted: Transition): Promise<CampaignRow> {
  return deps.db.withTenant(key.tenantId, async (trx) => {
    const { action, expected = {} } = wanted
    const patch = { ...wanted.patch, updated_at: deps.clock.now() }
    const moved = await moveCampaign(trx, key, { action, patch, expected })
    const row = moved ?? (await requireAlready(trx, key, action))
    const after = (await wanted.effect?.(row, trx)) ?? row
    if (moved) announce(deps, after)
    return after
  })
}

export async function getRow({ db }: Pick<Deps, 'db'>, key: CampaignKey): Promise<CampaignRow> {
  const row = await db.withTenant(key.tenantId, (trx) => findCampaign(trx, key))
  if (row === undefined) throw missing(key)
  return row
}

export function announce({ live }: Pick<Deps, 'live'>, row: Pick<CampaignRow, 'tenant_id' | 'id' | 'state'>): void {
  live.publish(row.tenant_id, `campaign/${row.id}`, { type: 'changed', state: row.state })
  live.publish(row.tenant_id, 'campaigns', { type: 'changed', campaignId: row.id, state: row.state })
}

export function missing({ campaignId }: CampaignKey) {
  return problem('campaign_missing', { detail: { campaignId } })
}

async function requireAlready(trx: Trx, key: CampaignKey, action: Action): Promise<CampaignRow> {
  const row = await lockCampaign(trx, key)
  if (row === undefined) throw missing(key)
  const outcome = decide(row.state, action).kind
  if (outcome === 'already') return row
  // The state allows it, so what the caller expected besides the state is no longer so.
  if (outcome === 'move') throw problem('changed_since')
  throw problem('state_wrong', { detail: { state: row.state, action: participles[action] } })
}
