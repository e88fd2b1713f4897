import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Migration } from '../database.ts'
import { databaseProblem, isUniqueViolation, reasonOf, sqlStateOf } from './problems.ts'
import type { Scope, Transactions } from './transactions.ts'

/** The key of the advisory lock that migrations of all services and processes take in turn. */
const lockKey = 7_305_816_214

interface Applied {
  readonly name: string
  readonly checksum: string
}

/** Each service's schema, with a record of the migrations it has run in `<schema>.migration`. */
export class Migrator {
  readonly #transactions: Transactions
  readonly #known = new Map<string, readonly Migration[]>()

  constructor(transactions: Transactions) {
    this.#transactions = transactions
  }

  /** Runs what is missing, in order, each in a transaction of its own under one lock. */
  async migrate(service: string, migrations: readonly Migration[]): Promise<void> {
    checkNames(service, migrations)
    this.#known.set(service, migrations)
    const schema = schemaOf(service)
    const applied = new Set((await this.#applied(schema)).map(({ name }) => name))
    for (const migration of migrations) {
      if (!applied.has(migration.name)) await this.#apply(service, schema, migration)
    }
  }

  async drift(): Promise<string[]> {
    const lines: string[] = []
    for (const [service, migrations] of this.#known) {
      const applied = new Map((await this.#applied(schemaOf(service))).map(({ name, checksum }) => [name, checksum]))
      for (const migration of migrations) {
        const recorded = applied.get(migration.name)
        if (recorded === undefined) lines.push(`${service}: ${migration.name} has not been run`)
        else if (recorded !== checksumOf(migration)) {
          lines.push(`${service}: ${migration.name} was changed after it had been run`)
        }
        applied.delete(migration.name)
      }
      for (const name of applied.keys()) lines.push(`${service}: ${name} was run, but the code does not have it`)
    }
    return lines
  }

  async #applied(schema: string): Promise<readonly Applied[]> {
    return this.#transactions.run({ role: 'owner' }, async ({ trx }) => {
      const record = `${schema}.migration`
      const { rows } = await sql<{ found: boolean }>`select to_regclass(${record}) is not null as found`.execute(trx)
      if (!rows[0]?.found) return []
      return (await sql<Applied>`select name, checksum from ${sql.table(record)}`.execute(trx)).rows
    })
  }

  async #apply(service: string, schema: string, migration: Migration): Promise<void> {
    try {
      await this.#transactions.run({ role: 'owner' }, async (scope) => {
        await prepare(scope, schema)
        const record = sql.table(`${schema}.migration`)
        const claimed = await sql`
          insert into ${record} (name, checksum) values (${migration.name}, ${checksumOf(migration)})
          on conflict do nothing`.execute(scope.trx)
        if (claimed.numAffectedRows === 0n) return
        await migration.up(scope.trx)
        await grant(scope.trx, schema)
      })
    } catch (error) {
      const detail = { service, migration: migration.name, reason: explain(error) }
      throw databaseProblem('migration_failed', { detail, cause: error })
    }
  }
}

/** Takes the lock until the transaction ends, then makes the schema and its record table. */
async function prepare({ session, identity, trx }: Scope, schema: string): Promise<void> {
  await session.liftTimeout(identity)
  await sql`select pg_advisory_xact_lock(${sql.lit(lockKey)})`.execute(trx)
  // Waiting for an advisory lock, unlike opening a table, does not tell this connection what others have made meanwhile:
  // without this line `if not exists` may trust a catalogue entry that was missing before the wait.
  await sql`select from pg_namespace limit 0`.execute(trx)
  await sql`create schema if not exists ${sql.id(schema)}`.execute(trx)
  await sql`
    create table if not exists ${sql.table(`${schema}.migration`)} (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`.execute(trx)
}

/**
 * What services' queries may do: everything to the rows of a table, unless its migration has granted something itself, so
 * that a table can be one that is only added to. The record of migrations stays the owner's.
 */
// biome-ignore lint/suspicious/noExplicitAny: works on any schema
async function grant(trx: Transaction<any>, schema: string): Promise<void> {
  const name = sql.id(schema)
  await sql`grant usage on schema ${name} to fanfare_app`.execute(trx)
  await sql`
    do $$ declare made regclass; begin
      for made in
        select oid from pg_class
        where relnamespace = ${sql.lit(schema)}::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
          and not has_table_privilege('fanfare_app', oid, 'select, insert, update, delete')
      loop execute format('grant select, insert, update, delete on %s to fanfare_app', made); end loop;
    end $$`.execute(trx)
  await sql`grant usage, select on all sequences in schema ${name} to fanfare_app`.execute(trx)
  await sql`revoke all on ${sql.table(`${schema}.migration`)} from fanfare_app`.execute(trx)
}

function schemaOf(service: string): string {
  return service.replaceAll('-', '_')
}

/** Of the function's source with white space evened out, so that formatting alone is no change. */
function checksumOf(migration: Migration): string {
  const source = migration.up.toString().replace(/\s+/g, ' ')
  return createHash('sha256').update(source).digest('hex').slice(0, 16)
}

function checkNames(service: string, migrations: readonly Migration[]): void {
  let previous = ''
  for (const { name } of migrations) {
    const wrong = !/^\d{3}-[a-z0-9-]+$/.test(name)
      ? 'its name is not of the form NNN-slug'
      : name.slice(0, 3) <= previous.slice(0, 3)
        ? `its number does not follow that of ${previous}`
        : undefined
    if (wrong) throw databaseProblem('migration_failed', { detail: { service, migration: name, reason: wrong } })
    previous = name
  }
}

function explain(error: unknown): string {
  if (isUniqueViolation(error)) return `${reasonOf(error)} (${(error as { detail?: string }).detail ?? ''})`
  const state = sqlStateOf(error)
  return state === undefined ? reasonOf(error) : `${reasonOf(error)} (SQLSTATE ${state})`
}
