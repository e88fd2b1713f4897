import type { Migration } from '@fanfare/kernel'
import { sql } from 'kysely'

/** A dispatch may send while more recipients come; only one whose audience is complete can finish. */
export const openDispatchMigration: Migration = {
  name: '016-open-dispatch',
  async up(db) {
    await sql`alter table delivery.dispatch add column complete boolean not null default false`.execute(db)
    // Row security is forced on the owner, too, who is about to change every tenant's rows.
    await sql`alter table delivery.dispatch no force row level security`.execute(db)
    await sql`update delivery.dispatch set complete = true where state <> 'preparing'`.execute(db)
    await sql`alter table delivery.dispatch force row level security`.execute(db)
  },
}
