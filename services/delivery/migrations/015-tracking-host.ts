import type { Migration } from '@fanfare/kernel'
import { sql } from 'kysely'

/** Every process asks for all tenants at once which domains lead here for links only, and may see no other sender. */
export const trackingHostMigration: Migration = {
  name: '015-tracking-host',
  async up(db) {
    await sql`
      create policy tracking_hosts on delivery.sender for select
        using (
          current_setting('app.delivery_tracking_hosts', true) = 'on'
          and tracking_domain <> '' and tracking_domain_proven_at is not null
        )`.execute(db)
  },
}
