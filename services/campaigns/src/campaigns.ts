import { recordAudit } from '@fanfare/identity/contract'
import { decodeCursor, encodeCursor } from '@fanfare/kernel'
import { z } from 'zod'
import type { Campaign, CampaignChange, CampaignState, NewCampaign } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { fingerprintOf } from './fingerprint.ts'
import { participles } from './lifecycle.ts'
import {
  type CampaignKey,
  type CampaignPatch,
  deleteDraft,
  findCampaign,
  insertCampaign,
  listCampaignNames,
  pageCampaigns,
  patchCampaign,
} from './store.ts'
import { fingerprintNow } from './texts.ts'
import { announce, auditedCampaign, getRow, missing, transition } from './transition.ts'
import { presentCampaign, presentCampaigns } from './wire.ts'

/** Creation time in milliseconds, up to the year 9999, and id. */
const Cursor = z.tuple([z.int().min(0).max(253_402_300_799_999), z.uuid()])

export async function createCampaign(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'live' | 'events' | 'delivery'>,
  tenantId: string,
  wanted: z.output<typeof NewCampaign>,
): Promise<Campaign> {
  const now = deps.clock.now()
  const row = await deps.db.withTenant(tenantId, async (trx) => {
    const inserted = await insertCampaign(trx, {
      tenant_id: tenantId,
      id: deps.ids.next(),
      name: wanted.name,
      state: 'draft',
      brief: json(wanted.brief ?? null),
      variants: '[]',
      fingerprint: fingerprintOf({ senderId: null, audience: null, holdoutPercent: 0, variants: [] }),
      created_at: now,
      updated_at: now,
    })
    announce(deps, inserted)
    const target = { kind: 'campaign', id: inserted.id, name: inserted.name }
    await recordAudit(deps.events, { tenantId, action: 'campaign.created', target })
    return inserted
  })
  return presentCampaign(deps, row)
}

export async function getCampaign(deps: Pick<Deps, 'db' | 'delivery'>, key: CampaignKey): Promise<Campaign> {
  return presentCampaign(deps, await getRow(deps, key))
}

export async function listCampaigns(
  deps: Pick<Deps, 'db' | 'delivery'>,
  wanted: { tenantId: string; limit: number; cursor?: string | undefined; state?: CampaignState | undefined },
): Promise<{ rows: Campaign[]; nextCursor: string | null }> {
  const { tenantId, limit, state } = wanted
  const before = decodeCursor(wanted.cursor, Cursor)
  const rows = await deps.db.withTenant(tenantId, (trx) =>
    pageCampaigns(trx, { tenantId, limit: limit + 1, state, before }),
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: await presentCampaigns(deps, tenantId, page),
    nextCursor: last && rows.length > limit ? encodeCursor([last.created_at.getTime(), last.id]) : null,
  }
}

export async function nameCampaigns({ db }: Pick<Deps, 'db'>, tenantId: string, campaignIds: readonly string[]) {
  if (campaignIds.length === 0) return []
  return db.withTenant(tenantId, (trx) => listCampaignNames(trx, tenantId, campaignIds))
}

/** Changes a draft. An approved campaign becomes a draft again: what was approved is no longer what would be sent. */
export async function changeCampaign(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'live' | 'events' | 'delivery' | 'audience' | 'content'>,
  key: CampaignKey,
  change: CampaignChange,
): Promise<Campaign> {
  const row = await transition(deps, key, {
    action: 'change',
    patch: { ...patchOf(deps, change), ...withdrawnApproval },
    effect: async (changed, trx) => {
      await requireParts(deps, key.tenantId, change)
      return patchCampaign(trx, key, { fingerprint: await fingerprintNow(deps, changed) })
    },
  })
  return presentCampaign(deps, row)
}

export const withdrawnApproval = { approved_at: null, approved_by: null, attention: null } satisfies CampaignPatch

export async function deleteCampaign({ db, events }: Pick<Deps, 'db' | 'events'>, key: CampaignKey): Promise<void> {
  await db.withTenant(key.tenantId, async (trx) => {
    const row = await findCampaign(trx, key)
    if (row === undefined) throw missing(key)
    if (!(await deleteDraft(trx, key))) {
      throw problem('state_wrong', { detail: { state: row.state, action: participles.delete } })
    }
    await recordAudit(events, {
      tenantId: key.tenantId,
      action: 'campaign.deleted',
      target: { kind: 'campaign', id: row.id, name: row.name },
      before: auditedCampaign(row),
    })
  })
}

/** A campaign may name only what is there, and is this tenant's: each owner answers for its own. */
async function requireParts(
  { delivery, audience, content }: Pick<Deps, 'delivery' | 'audience' | 'content'>,
  tenantId: string,
  change: CampaignChange,
): Promise<void> {
  if (change.senderId) {
    const senders = await delivery.listSenders({ tenantId })
    if (!senders.some(({ id }) => id === change.senderId)) {
      throw problem('sender_missing', { detail: { senderId: change.senderId } })
    }
  }
  if (change.audience) await audience.describeAudience({ tenantId, audience: change.audience })
  for (const { emailId } of change.variants ?? []) await content.getEmail({ tenantId, emailId })
}

function patchOf({ ids }: Pick<Deps, 'ids'>, change: CampaignChange): CampaignPatch {
  return {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.brief === undefined ? {} : { brief: json(change.brief) }),
    ...(change.senderId === undefined ? {} : { sender_id: change.senderId }),
    ...(change.audience === undefined ? {} : { audience: json(change.audience) }),
    ...(change.holdoutPercent === undefined ? {} : { holdout_percent: change.holdoutPercent }),
    ...(change.variants === undefined
      ? {}
      : { variants: JSON.stringify(change.variants.map((variant) => ({ id: ids.next(), ...variant }))) }),
  }
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
