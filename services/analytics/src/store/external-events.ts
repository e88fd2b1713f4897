import { sql } from 'kysely'
import type { Trx } from './schema.ts'

export interface ExternalEvent {
  readonly id: string
  readonly type: string
  readonly contactId: string | null
  readonly at: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Keeps events; one whose id is there already changes nothing. Returns how many were new. */
export async function insertExternalEvents(
  trx: Trx,
  tenantId: string,
  { events, now }: { events: readonly ExternalEvent[]; now: Date },
): Promise<number> {
  const { rows } = await sql`
    insert into analytics.external_event (tenant_id, id, type, contact_id, at, properties, received_at)
    select ${tenantId}::uuid, id, type, "contactId", at, properties, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(events)}) as given (
      id uuid, type text, "contactId" uuid, at timestamptz, properties jsonb
    )
    order by id
    on conflict do nothing
    returning id
  `.execute(trx)
  return rows.length
}

/** Newest first. */
export function listExternalEventsOf(trx: Trx, tenantId: string, contactId: string, limit: number) {
  return trx
    .selectFrom('analytics.external_event')
    .select(['type', 'at', 'properties'])
    .where('tenant_id', '=', tenantId)
    .where('contact_id', '=', contactId)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute()
}
