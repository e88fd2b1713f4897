import type { Kysely, Transaction } from 'kysely'
import { token } from './token.ts'

/** One step of a service's schema. Never edited once landed. */
export interface Migration {
  /** `NNN-slug`, in order. */
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: a migration runs before the schema it makes has a type
  up(db: Kysely<any>): Promise<void>
}

export const databaseKinds = ['pglite', 'postgresql'] as const
export type DatabaseKind = (typeof databaseKinds)[number]

/**
 * One way to data for PGlite and PostgreSQL alike.
 *
 * A transaction is ambient: inside `withTenant` or `transaction`, any further call on the same async path joins the
 * open one, so a use case can be called alone or as part of a larger unit and never waits for itself. A nested call
 * for another tenant is refused with `database.tenant_mixed`. Work that outlives its transaction gets one of its own; a
 * handle that does fails with `database.transaction_finished`.
 *
 * The outermost call is run again, three times at most, when PostgreSQL reports a collision (40001, 40P01): what it does
 * outside the database must bear that, or wait for `afterCommit`.
 *
 * A constraint that was broken is the driver's error, its SQLSTATE in `code`: see `isUniqueViolation`. Problems:
 * `database.query_timeout`, `database.lost`, `database.rolled_back`.
 */
// biome-ignore lint/suspicious/noExplicitAny: `as<Schema>()` narrows it in each service
export interface Database<Schema = any> {
  readonly kind: DatabaseKind
  /** The same database seen through one service's table types. Tables are named with their schema: `audience.contact`. */
  as<S>(): Database<S>
  /**
   * Runs `work` in a transaction that sees only this tenant's rows: role `fanfare_app`, `app.tenant` set for row security.
   * Commits when `work` resolves, rolls back when it throws. `tenantId` is a UUID. Inside a `transaction` without a tenant
   * it is part of that transaction, which has this tenant for `work` only.
   *
   * @example await db.withTenant(tenantId, (trx) => trx.selectFrom('audience.list').selectAll().execute())
   */
  withTenant<T>(tenantId: string, work: (trx: Transaction<Schema>) => Promise<T>): Promise<T>
  /**
   * Runs `work` in a transaction without a tenant: tables with row security show and take no rows, except what a policy
   * grants to `userId` (`kernel.user_id()`). Inside `withTenant` it joins that transaction and keeps its tenant.
   */
  transaction<T>(work: (trx: Transaction<Schema>) => Promise<T>, options?: { userId?: string }): Promise<T>
  /** Runs `action` once the open transaction has committed; at once when there is none. Dropped on roll-back. */
  afterCommit(action: () => void): void
  /** The tenant of the open transaction, or undefined. */
  currentTenant(): string | undefined
  /**
   * Streams `chunks` of CSV or text-format bytes into `copy` inside the open transaction, in constant memory. Every chunk
   * ends at the end of a row. PostgreSQL copies into no table with row security: copy into a temporary one and go on from
   * there with `insert … select`, as in the example. What makes the chunks must not query in the same transaction: it would
   * wait for the copy.
   *
   * Problems: `database.copy_refused`, `database.no_transaction`.
   *
   * @example
   * await db.withTenant(tenantId, async (trx) => {
   *   await sql`create temp table arriving (line int, email text) on commit drop`.execute(trx)
   *   await db.copyIn('arriving (line, email)', chunks, 'format csv')
   *   await sql`insert into audience.contact (tenant_id, email) select ${tenantId}, email from arriving`.execute(trx)
   * })
   * @param statement what stands between `copy` and `from`, for example `audience.import_row (line, email)`
   * @param options the options list, for example `format csv`; without `header`
   */
  copyIn(statement: string, chunks: AsyncIterable<Uint8Array>, options?: string): Promise<void>
  /** Brings one service's schema up to date; safe to call from many processes at once. */
  migrate(service: string, migrations: readonly Migration[]): Promise<void>
  /** Differences between the migrations in the code and those the database has run; empty when equal. */
  drift(): Promise<readonly string[]>
  /**
   * A consistent copy of everything as one file, for `restoreDatabase`. PGlite: a tar archive of its folder, compressed
   * unless the name ends in `.tar`; PostgreSQL: `pg_dump` custom format. Not inside a transaction.
   */
  backup(file: string): Promise<void>
}

export const Db = token<Database>()('db')

/** A Kysely handle a store function can take: the root of a transaction's queries. */
export type Trx<Schema> = Transaction<Schema>
