import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  Transaction,
} from 'kysely'
import { statementName } from './prepared.ts'
import type { Identity, Session } from './session.ts'

const adapter = new PostgresAdapter()
const compiler = new PostgresQueryCompiler()
const driver = new DummyDriver()
const dialect: Dialect = {
  createAdapter: () => adapter,
  createDriver: () => driver,
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => compiler,
}

/** A Kysely whose every query runs in one session for one identity. It opens and ends no transactions of its own. */
// biome-ignore lint/suspicious/noExplicitAny: services see it through `as<Schema>()`
export function kyselyOn(session: Session, identity: Identity): Transaction<any> {
  const connection = new SessionConnection(session, identity)
  const executor = new DefaultQueryExecutor(compiler, adapter, {
    provideConnection: (consumer) => consumer(connection),
  })
  return new Transaction({ config: { dialect }, dialect, driver, executor })
}

class SessionConnection implements DatabaseConnection {
  static #cursors = 0
  readonly #session: Session
  readonly #identity: Identity

  constructor(session: Session, identity: Identity) {
    this.#session = session
    this.#identity = identity
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const { sql, parameters } = compiled
    const name = statementName(compiled)
    const { rows, rowCount, command } = await this.#session.query(this.#identity, sql, parameters, name)
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE'
    return { rows, ...(changes ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) }
  }

  /** A server-side cursor, so that an export of any size is held a chunk at a time. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const cursor = `fanfare_${++SessionConnection.#cursors}`
    await this.#session.query(this.#identity, `declare ${cursor} no scroll cursor for ${sql}`, parameters)
    try {
      for (;;) {
        const { rows } = await this.#session.query(this.#identity, `fetch ${chunkSize} from ${cursor}`)
        if (rows.length === 0) return
        yield { rows }
      }
    } finally {
      if (this.#session.isOpen) await this.#session.query(this.#identity, `close ${cursor}`).catch(() => {})
    }
  }
}
