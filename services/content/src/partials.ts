import { recordAudit } from '@fanfare/identity/contract'
import type { z } from 'zod'
import type { Partial } from './contract.ts'
import type { Deps } from './deps.ts'
import { problem } from './errors.ts'
import { countOtherPartials, listPartials, type PartialRow, putPartial, removePartial } from './store.ts'

/** All of a workspace's partials are read for each email that is compiled. */
const maxPartials = 200

export async function findPartials({ db }: Pick<Deps, 'db'>, tenantId: string): Promise<z.input<typeof Partial>[]> {
  const rows = await db.withTenant(tenantId, (trx) => listPartials(trx, tenantId))
  return rows.map(toPartial)
}

export function savePartial(
  { db, clock, events }: Pick<Deps, 'db' | 'clock' | 'events'>,
  { tenantId, name, body }: { tenantId: string; name: string; body: string },
): Promise<z.input<typeof Partial>> {
  return db.withTenant(tenantId, async (trx) => {
    if ((await countOtherPartials(trx, tenantId, name)) >= maxPartials) {
      throw problem('too_many_partials', { detail: { limit: maxPartials } })
    }
    // It is in every email that names it, also in those that were approved before.
    const target = { kind: 'partial', id: name, name }
    await recordAudit(events, { tenantId, action: 'partial.saved', target, after: { length: body.length } })
    return toPartial(await putPartial(trx, { tenant_id: tenantId, name, body, updated_at: clock.now() }))
  })
}

export async function deletePartial(
  { db, events }: Pick<Deps, 'db' | 'events'>,
  tenantId: string,
  name: string,
): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    if (!(await removePartial(trx, tenantId, name))) throw problem('partial_missing', { detail: { name } })
    await recordAudit(events, { tenantId, action: 'partial.deleted', target: { kind: 'partial', id: name, name } })
  })
}

function toPartial({ name, body, updated_at }: PartialRow): z.input<typeof Partial> {
  return { name, body, updatedAt: updated_at.toISOString() }
}
