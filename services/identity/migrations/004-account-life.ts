import { type Kysely, sql } from 'kysely'

export const name = '004-account-life'

export async function up(db: Kysely<unknown>): Promise<void> {
  // No password: the person signs in by another way, or the password was taken from somebody who should not know it.
  await sql`alter table identity.account alter column password_hash drop not null`.execute(db)
  // Counts the changes of the address, so that a link that was sent to a former one stops working.
  await sql`alter table identity.account add column email_version integer not null default 1`.execute(db)
  // Null: the person has not shown yet that the address is theirs.
  await sql`alter table identity.account add column email_verified_at timestamptz`.execute(db)
  // Who runs the installation: the account of the set-up. Reads the mails that no mail server took.
  await sql`alter table identity.account add column is_operator boolean not null default false`.execute(db)
  await sql`
    update identity.account set is_operator = true
    where id = (select id from identity.account order by created_at, id limit 1)
  `.execute(db)
  await createOneTimeTokens(db)
  await createKeptMails(db)
}

async function createOneTimeTokens(db: Kysely<unknown>): Promise<void> {
  // One live token a purpose and subject: a re-send replaces the hash of the former.
  await sql`
    create table identity.one_time_token (
      purpose text not null,
      subject text not null,
      hash text not null unique,
      account_id uuid references identity.account (id) on delete cascade,
      email_version integer,
      address text,
      about text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (purpose, subject)
    )
  `.execute(db)
  await sql`create index one_time_token_account on identity.one_time_token (account_id)`.execute(db)
  await sql`create index one_time_token_expiry on identity.one_time_token (expires_at)`.execute(db)
  await sql`grant select, insert, update, delete on identity.one_time_token to fanfare_app`.execute(db)
}

async function createKeptMails(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identity.kept_mail (
      id uuid primary key,
      sealed text not null,
      created_at timestamptz not null
    )
  `.execute(db)
  await sql`grant select, insert, update, delete on identity.kept_mail to fanfare_app`.execute(db)
}
