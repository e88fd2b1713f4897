import type { Trx } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { DeliveryTables } from './tables.ts'

/**
 * Halts a workspace or lets it go on; what was said later stays. Halted, from the commit on no batch of it is taken, and what is
 * on the wire stops at the keeper's next look.
 */
export async function putHalt(
  trx: Trx<DeliveryTables>,
  { tenantId, halted, version }: { tenantId: string; halted: boolean; version: number },
): Promise<void> {
  await sql`
    insert into delivery.workspace_halt as former (tenant_id, halted, version)
    values (${tenantId}, ${halted}, ${version})
    on conflict (tenant_id) do update set halted = excluded.halted, version = excluded.version
      where former.version < excluded.version`.execute(trx)
}
