import { sql } from 'kysely'
import type { Trx } from './schema.ts'

export async function sumExportBytes(trx: Trx, tenantId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(bytes), 0)::float8 as bytes from identity.workspace_export where tenant_id = ${tenantId}
  `.execute(trx)
  return rows[0]?.bytes ?? 0
}
