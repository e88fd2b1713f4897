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
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { tenantId, name, body }: { tenantId: string; name: string; body: string },
): Promise<z.input<typeof Partial>> {
  return db.withTenant(tenantId, async (trx) => {
    if ((await countOtherPartials(trx, tenantId, name)) >= maxPartials) {
      throw problem('too_many_partials', { detail: { limit: maxPartials } })
    }
    return toPartial(await putPartial(trx, { tenant_id: tenantId, name, body, updated_at: clock.now() }))
  })
}

export async function deletePartial({ db }: Pick<Deps, 'db'>, tenantId: string, name: string): Promise<void> {
  const removed = await db.withTenant(tenantId, (trx) => removePartial(trx, tenantId, name))
  if (!removed) throw problem('partial_missing', { detail: { name } })
}

function toPartial({ name, body, updated_at }: PartialRow): z.input<typeof Partial> {
  return { name, body, updatedAt: updated_at.toISOString() }
}
