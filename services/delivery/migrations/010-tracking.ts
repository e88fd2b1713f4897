import type { Migration } from '@fanfare/kernel'
import { sql } from 'kysely'

export const trackingMigration: Migration = {
  name: '010-tracking',
  async up(db) {
    // Links are written with the domain once it was proven to lead here; empty for none.
    await sql`
      alter table delivery.sender
        add column tracking_domain text not null default '',
        add column tracking_domain_proven_at timestamptz`.execute(db)
  },
}
