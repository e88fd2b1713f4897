import { type Kysely, sql } from 'kysely'

export const name = '002-rejudged'

/** What is needed to take a hit back from people and give it to machines. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // `machine` is null for what is never judged again: sets of outcomes, and hits from before this migration. A hit may be
  // judged again before it was counted.
  await sql`
    alter table analytics.hit
      add column machine real,
      add column counted boolean not null default true`.execute(db)
  // How many hits stand behind it. At least one stood behind each row from before.
  await sql`alter table analytics.mark add column hits integer not null default 1`.execute(db)
  await sql`alter table analytics.link_person add column hits integer not null default 1`.execute(db)
}
