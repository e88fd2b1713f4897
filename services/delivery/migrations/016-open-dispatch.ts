import type { Migration } from '@fanfare/kernel'
import { sql } from 'kysely'

/** A dispatch may send while more recipients come; only one whose audience is complete can finish. */
export const openDispatchMigration: Migration = {
  name: '016-open-dispatch',
  async up(db) {
    await sql`alter table delivery.dispatch add column complete boolean not null default true`.execute(db)
    await sql`alter table delivery.dispatch alter column complete set default false`.execute(db)
  },
}
