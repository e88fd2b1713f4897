import type { Transaction } from 'kysely'
import type { Database, DatabaseKind } from '../database.ts'

export interface OwnerResult<Row = Record<string, unknown>> {
  readonly rows: Row[]
  /** Rows that an insert, update, delete or select touched; undefined for other statements. */
  readonly rowCount: number | undefined
}

/** The open transaction, seen as the owner of the tables. */
export interface OwnerSession {
  /** With no `values`, `text` may hold several statements; the last one's rows are returned. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<OwnerResult<Row>>
  // biome-ignore lint/suspicious/noExplicitAny: the kernel's own tables are typed where they are used
  readonly trx: Transaction<any>
}

/**
 * The kernel's own door to the database: runs as the owner of the tables instead of role `fanfare_app`. Row security is
 * forced, so an owner that is no superuser sees only tables whose policies let it in (`secureTenantTables` with
 * `owner: true`). Never handed to a service.
 */
export interface DatabaseInternals {
  readonly kind: DatabaseKind
  /**
   * Runs one text as the owner on a connection of its own, outside any transaction. With no `values`, `text` may be
   * `begin; …; commit`.
   *
   * Problems: `database.self_wait` when the caller's path has a transaction open: it would wait for that one.
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<OwnerResult<Row>>
  /** True while the caller's path has a transaction open. */
  inTransaction(): boolean
  /**
   * Runs `work` as the owner inside the open transaction; commits and rolls back with it.
   *
   * Problems: `database.no_transaction`.
   */
  ownerInTransaction<T>(work: (session: OwnerSession) => Promise<T>): Promise<T>
  /** Runs `work` as the owner in a transaction of its own, or in the open one when that is the owner's too. */
  ownerTransaction<T>(work: (session: OwnerSession) => Promise<T>): Promise<T>
  /** Runs `work` as the owner with a tenant set, in a transaction of its own: for what may touch that tenant's rows only. */
  ownerOfTenant<T>(tenantId: string, work: (session: OwnerSession) => Promise<T>): Promise<T>
  /**
   * Calls `hear` with the payload of every notification on a channel until the returned function is called. Notifications
   * sent while a connection is being rebuilt are lost: poll as well.
   */
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>
  /** Sends a notification when the open transaction commits, or at once without one. */
  notify(channel: string, payload: string): Promise<void>
}

const internals = new WeakMap<object, DatabaseInternals>()

export function attachInternals(db: Database, value: DatabaseInternals): void {
  internals.set(db, value)
}

/** The kernel's door of a database made by `database()`. */
export function internalsOf(db: Database): DatabaseInternals {
  const found = internals.get(db)
  if (found === undefined) throw new TypeError('This Database was not made by database(): it has no internals')
  return found
}
