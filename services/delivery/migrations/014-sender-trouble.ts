import type { Migration } from '@fanfare/kernel'
import { sql } from 'kysely'

/** Why a sender's way out is left alone, and since when; null while it works. */
export const senderTroubleMigration: Migration = {
  name: '014-sender-trouble',
  async up(db) {
    await sql`alter table delivery.sender add column trouble text, add column trouble_at timestamptz`.execute(db)
  },
}
