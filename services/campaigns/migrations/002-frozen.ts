import { type Kysely, sql } from 'kysely'

export const name = '002-frozen'

/** When everybody was handed to delivery: a launch begins to send with its first page. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table campaigns.campaign add column frozen_at timestamptz`.execute(db)
  // Row security is forced on the owner, too, who is about to change every tenant's rows.
  await sql`alter table campaigns.campaign no force row level security`.execute(db)
  await sql`
    update campaigns.campaign set frozen_at = launched_at
    where state in ('sending', 'paused', 'done') or (state = 'cancelled' and launched_at is not null)`.execute(db)
  await sql`alter table campaigns.campaign force row level security`.execute(db)
}
