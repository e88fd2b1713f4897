import type { Kysely, Selectable } from 'kysely'
import type { ConsentEventTable, Schema } from './tables.ts'

type Db = Kysely<Schema>
export type ConsentEvent = Selectable<ConsentEventTable>

/** Adds to the ledger, which is never changed: the database refuses anything else. */
export async function insertConsentEvents(db: Db, events: readonly ConsentEvent[]): Promise<void> {
  if (events.length === 0) return
  await db
    .insertInto('audience.consent_event')
    .values([...events])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Newest first, at most a hundred. */
export async function findConsentEvents(db: Db, contactId: string): Promise<ConsentEvent[]> {
  return db
    .selectFrom('audience.consent_event')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('at', 'desc')
    .limit(100)
    .execute()
}
