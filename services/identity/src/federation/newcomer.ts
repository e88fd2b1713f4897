import type { Deps } from '../deps.ts'
import { insertMembership, insertWorkspace } from '../store/workspaces.ts'

/** The first workspace of somebody who signed up with a vendor, named after them until they name it. */
export async function createWorkspaceOf(
  { db, clock, ids }: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  const tenantId = ids.next()
  const created_at = clock.now()
  await db.withTenant(tenantId, async (trx) => {
    await insertWorkspace(trx, { tenant_id: tenantId, name, created_at })
    await insertMembership(trx, { tenant_id: tenantId, account_id: id, role: 'owner', created_at })
  })
}
