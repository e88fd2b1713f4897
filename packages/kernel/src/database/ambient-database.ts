import type { Transaction } from 'kysely'
import type { Database, DatabaseKind, Migration } from '../database.ts'
import { assertCopyable } from './copy.ts'
import type { Engine } from './engine.ts'
import { Migrator } from './migrate.ts'
import { databaseProblem } from './problems.ts'
import type { Scope, Transactions } from './transactions.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

// biome-ignore lint/suspicious/noExplicitAny: `as<Schema>()` narrows it in each service
type AnyTransaction = Transaction<any>

/** `Database` over an engine and its transactions. The one object is every service's view of it. */
export class AmbientDatabase implements Database {
  readonly kind: DatabaseKind
  readonly #engine: Engine
  readonly #transactions: Transactions
  readonly #migrator: Migrator

  constructor(engine: Engine, transactions: Transactions) {
    this.kind = engine.kind
    this.#engine = engine
    this.#transactions = transactions
    this.#migrator = new Migrator(transactions)
  }

  as<S>(): Database<S> {
    return this as unknown as Database<S>
  }

  async withTenant<T>(tenantId: string, work: (trx: AnyTransaction) => Promise<T>): Promise<T> {
    if (!uuid.test(tenantId)) throw databaseProblem('tenant_invalid', { detail: { tenantId } })
    return this.#transactions.run({ role: 'app', tenantId: tenantId.toLowerCase() }, ({ trx }) => work(trx))
  }

  async transaction<T>(work: (trx: AnyTransaction) => Promise<T>, { userId }: { userId?: string } = {}): Promise<T> {
    const wanted = { role: 'app' as const, ...(userId === undefined ? {} : { userId }) }
    return this.#transactions.run(wanted, ({ trx }) => work(trx))
  }

  afterCommit(action: () => void): void {
    this.#transactions.afterCommit(action)
  }

  currentTenant(): string | undefined {
    return this.#transactions.current()?.identity.tenantId
  }

  async copyIn(statement: string, chunks: AsyncIterable<Uint8Array>, options = 'format csv'): Promise<void> {
    const scope = this.#openScope()
    await assertCopyable(scope, statement, options)
    await scope.session.copyIn(scope.identity, statement, chunks, options)
  }

  migrate(service: string, migrations: readonly Migration[]): Promise<void> {
    return this.#migrator.migrate(service, migrations)
  }

  drift(): Promise<readonly string[]> {
    return this.#migrator.drift()
  }

  async backup(file: string): Promise<void> {
    if (this.#transactions.current() !== undefined) throw databaseProblem('self_wait')
    return this.#engine.backup(file)
  }

  #openScope(): Scope {
    const scope = this.#transactions.current()
    if (scope === undefined) throw databaseProblem('no_transaction')
    return scope
  }
}
