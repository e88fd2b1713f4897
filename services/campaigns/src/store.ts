import type { Brief } from '@fanfare/ai/contract'
import type { AudienceRef } from '@fanfare/audience/contract'
import type { ColumnType, Generated, Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { CampaignState, Variant } from './contract.ts'
import { type Action, launchStates, moves } from './lifecycle.ts'

/** Read as a value, written as text: a driver would take a JavaScript array for a PostgreSQL one. */
type Json<T> = ColumnType<T, T extends null ? string | null : string, T extends null ? string | null : string>

export interface CampaignTable {
  tenant_id: string
  id: string
  name: string
  state: CampaignState
  version: Generated<number>
  brief: Json<Brief | null>
  crew_run_id: string | null
  sender_id: string | null
  audience: Json<AudienceRef | null>
  variants: Json<Variant[]>
  holdout_percent: Generated<number>
  scheduled_at: Date | null
  fingerprint: string
  approved_at: Date | null
  approved_by: string | null
  attention: string | null
  dispatch_prepared: Generated<boolean>
  launch_cursor: string | null
  launched_at: Date | null
  /** When everybody was handed over. */
  frozen_at: Date | null
  finished_at: Date | null
  created_at: Date
  updated_at: Date
}
export interface Schema {
  'campaigns.campaign': CampaignTable
}
export type CampaignRow = Selectable<CampaignTable>
export type CampaignPatch = Omit<Updateable<CampaignTable>, 'tenant_id' | 'id' | 'state' | 'version'>
export type Trx = Kysely<Schema>

export interface CampaignKey {
  readonly tenantId: string
  readonly campaignId: string
}

export function insertCampaign(trx: Trx, campaign: Insertable<CampaignTable>) {
  return trx.insertInto('campaigns.campaign').values(campaign).returningAll().executeTakeFirstOrThrow()
}

export function findCampaign(trx: Trx, { tenantId, campaignId }: CampaignKey) {
  return trx
    .selectFrom('campaigns.campaign')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .executeTakeFirst()
}

/** Waits for whoever is moving the campaign, then shows where it went; it stays there until this transaction ends. */
export function lockCampaign(trx: Trx, { tenantId, campaignId }: CampaignKey) {
  return trx
    .selectFrom('campaigns.campaign')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .forUpdate()
    .executeTakeFirst()
}

/** What must still be so for a move to be made, besides the state. */
export interface Expected {
  readonly version?: number
  readonly scheduledAt?: Date
}

/**
 * Makes a move of the state machine, or returns undefined when the campaign is not in a state to make it from. The state is
 * part of the update's condition: of two racing callers the second sees what the first one left.
 */
export function moveCampaign(
  trx: Trx,
  { tenantId, campaignId }: CampaignKey,
  { action, patch, expected = {} }: { action: Action; patch: CampaignPatch; expected?: Expected },
) {
  const { from, to } = moves[action]
  const { version, scheduledAt } = expected
  return trx
    .updateTable('campaigns.campaign')
    .set((eb) => ({ ...patch, state: to, version: eb('version', '+', 1) }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .where('state', 'in', from)
    .$if(version !== undefined, (query) => query.where('version', '=', version as number))
    .$if(scheduledAt !== undefined, (query) => query.where('scheduled_at', '=', scheduledAt as Date))
    .returningAll()
    .executeTakeFirst()
}

/** Adds to a campaign that this transaction has moved. */
export function patchCampaign(trx: Trx, { tenantId, campaignId }: CampaignKey, patch: CampaignPatch) {
  return trx
    .updateTable('campaigns.campaign')
    .set(patch)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Marks the dispatch as set up; undefined when the launch was called off meanwhile. */
export function markPrepared(trx: Trx, { tenantId, campaignId }: CampaignKey) {
  return trx
    .updateTable('campaigns.campaign')
    .set({ dispatch_prepared: true })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .where('state', '=', 'launching')
    .returningAll()
    .executeTakeFirst()
}

/** Moves the launch on by a page; undefined when it was called off, or when another run handed this page over already. */
export function advanceLaunch(
  trx: Trx,
  { tenantId, campaignId }: CampaignKey,
  { from, to }: { from: string | null; to: string },
) {
  return trx
    .updateTable('campaigns.campaign')
    .set({ launch_cursor: to })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .where('state', 'in', launchStates)
    .where('frozen_at', 'is', null)
    .where('launch_cursor', 'is not distinct from', from)
    .returning('state')
    .executeTakeFirst()
}

/** Ends the launch: everybody was handed over. Undefined when it was called off, or when that is known already. */
export function markFrozen(trx: Trx, { tenantId, campaignId }: CampaignKey, now: Date) {
  return trx
    .updateTable('campaigns.campaign')
    .set({ frozen_at: now, updated_at: now })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .where('state', 'in', launchStates)
    .where('frozen_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export async function deleteDraft(trx: Trx, { tenantId, campaignId }: CampaignKey): Promise<boolean> {
  const row = await trx
    .deleteFrom('campaigns.campaign')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', campaignId)
    .where('state', 'in', moves.delete.from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Newest first; `before` is the creation time and id of the last one of the page before. */
export function pageCampaigns(
  trx: Trx,
  page: {
    tenantId: string
    limit: number
    state?: CampaignState | undefined
    before?: readonly [number, string] | undefined
  },
) {
  const { tenantId, limit, state, before } = page
  return trx
    .selectFrom('campaigns.campaign')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(state !== undefined, (query) => query.where('state', '=', state as CampaignState))
    .$if(before !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('created_at', 'id'),
          '<',
          eb.tuple(new Date((before as readonly [number, string])[0]), (before as readonly [number, string])[1]),
        ),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export function listCampaignNames(trx: Trx, tenantId: string, campaignIds: readonly string[]) {
  return trx
    .selectFrom('campaigns.campaign')
    .select(['id as campaignId', 'name'])
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', campaignIds)
    .execute()
}
