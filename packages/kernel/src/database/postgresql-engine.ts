import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg, { type PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Engine } from './engine.ts'
import { dumpPostgresql } from './postgresql-archive.ts'
import { Listener } from './postgresql-listener.ts'
import { databaseProblem, reasonOf } from './problems.ts'
import { valueTypes } from './values.ts'

export interface PostgresqlOptions {
  readonly url: string
  /** Given when `url` leads to a pooler: a connection there is ours for one transaction only. */
  readonly directUrl: string | undefined
  readonly poolMax: number
  readonly statementTimeoutMs: number
  readonly keepsStatements: boolean
  /** Told when an idle connection broke; the pool makes another when one is needed. */
  onBroken?(error: Error): void
}

/** A PostgreSQL server, through a pool of connections. */
export class PostgresqlEngine implements Engine {
  readonly kind = 'postgresql'
  readonly pool: pg.Pool
  readonly statementTimeoutMs: number
  readonly keepsStatements: boolean
  readonly begin: string
  readonly #options: PostgresqlOptions
  readonly #listener: Listener

  private constructor(options: PostgresqlOptions) {
    this.#options = options
    this.statementTimeoutMs = options.statementTimeoutMs
    this.keepsStatements = options.keepsStatements
    const isPooled = options.directUrl !== undefined
    // What is set for a connection stays with a stranger's, and a pooler refuses it in the greeting.
    this.begin = isPooled ? `begin; set local statement_timeout = ${options.statementTimeoutMs}` : 'begin'
    const connection: pg.ClientConfig = {
      connectionString: options.url,
      application_name: 'fanfare',
      types: valueTypes as pg.CustomTypesConfig,
      keepAlive: true,
    }
    this.pool = new pg.Pool({
      ...connection,
      max: options.poolMax,
      ...(isPooled ? {} : { statement_timeout: options.statementTimeoutMs }),
      // Of the connection attempt; waiting for a free connection has the watchdog.
      onConnect: async (client) => void (await client.query("set timezone = 'UTC'")),
    })
    this.pool.on('error', (error) => options.onBroken?.(error))
    // Whoever listens keeps the connection that it said so on.
    const direct = { ...connection, connectionString: options.directUrl ?? options.url }
    this.#listener = new Listener(direct, (error) => options.onBroken?.(error))
  }

  static async open(options: PostgresqlOptions): Promise<PostgresqlEngine> {
    const engine = new PostgresqlEngine(options)
    try {
      await engine.pool.query('select 1')
      return engine
    } catch (error) {
      await engine.close()
      const detail = { address: addressOf(options.url), reason: reasonOf(error) }
      throw databaseProblem('unreachable', { detail, cause: error })
    }
  }

  async liftTimeout(client: PoolClient): Promise<void> {
    await client.query('set local statement_timeout = 0')
  }

  /** The server's limit counts the whole copy, with the time that it waits for rows: it is lifted meanwhile. */
  async copyIn(client: PoolClient, statement: string, chunks: AsyncIterable<Uint8Array>, options: string) {
    await this.liftTimeout(client)
    const sink = client.query(copyFrom(`copy ${statement} from stdin with (${options})`))
    await pipeline(Readable.from(chunks, { objectMode: false }), sink)
    await client.query(`set local statement_timeout = ${this.#options.statementTimeoutMs}`)
  }

  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, hear)
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.pool.query('select pg_notify($1, $2)', [channel, payload])
  }

  backup(file: string): Promise<void> {
    return dumpPostgresql(this.#options.directUrl ?? this.#options.url, file)
  }

  async close(): Promise<void> {
    await this.#listener.close()
    await this.pool.end()
  }
}

/** Host and database, without the user's name and password. */
function addressOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    return 'the given address'
  }
}
