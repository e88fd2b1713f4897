import { recordAudit } from '@fanfare/identity/contract'
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

export type MoveDeps = Pick<Deps, 'db' | 'clock' | 'live' | 'events'>

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
    const before = await lockCampaign(trx, key)
    const moved = await moveCampaign(trx, key, { action, patch, expected })
    const row = moved ?? (await requireAlready(trx, key, action))
    const after = (await wanted.effect?.(row, trx)) ?? row
    if (moved) {
      announce(deps, after)
      await auditMove(deps, { action, before, after })
    }
    return after
  })
}

const told = {
  ...participles,
  change: 'updated',
  send: 'launched',
  send_back: 'sent_back',
} as const satisfies Record<Action, string>

/** Tells the audit trail what a move has made of a campaign. */
export async function auditMove(
  { events }: Pick<Deps, 'events'>,
  { action, before, after }: { action: Action; before: CampaignRow | undefined; after: CampaignRow },
): Promise<void> {
  await recordAudit(events, {
    tenantId: after.tenant_id,
    action: `campaign.${told[action]}`,
    target: { kind: 'campaign', id: after.id, name: after.name },
    ...(before === undefined ? {} : { before: auditedCampaign(before) }),
    after: auditedCampaign(after),
  })
}

/** What decides what is sent to whom; the texts themselves stay out, their fingerprint stands for them. */
export function auditedCampaign(row: CampaignRow) {
  return {
    name: row.name,
    state: row.state,
    senderId: row.sender_id,
    audience: row.audience,
    holdoutPercent: row.holdout_percent,
    variants: row.variants.map(({ label, emailId, share }) => ({ label, emailId, share })),
    fingerprint: row.fingerprint,
    scheduledAt: row.scheduled_at,
    attention: row.attention,
  }
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
