import { readEnvironment } from '@fanfare/kernel'
import { createTestDatabase, findPostgres, openPostgresServer } from '@fanfare/testkit'

export const databaseKinds = ['pglite', 'postgresql'] as const
export type DatabaseKind = (typeof databaseKinds)[number]

/** A database of the run's own. */
export interface BenchDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind
  /** Undefined for the embedded one, which lies in the product's data folder. */
  readonly url: string | undefined
  /** Of a server that was started for the run. */
  readonly pid: number | undefined
}

export const noPostgres =
  'There is no PostgreSQL to measure on: set DATABASE_URL to a server, or install one (apt install postgresql).'

/**
 * The embedded database; or a new one on the server of DATABASE_URL; or a server of the run's own with the settings that
 * PostgreSQL is delivered with. Undefined when there is no PostgreSQL.
 */
export async function openDatabase(kind: DatabaseKind): Promise<BenchDatabase | undefined> {
  if (kind === 'pglite') return { kind, url: undefined, pid: undefined, [Symbol.asyncDispose]: async () => {} }
  if (readEnvironment().DATABASE_URL) {
    const { config, drop } = await createTestDatabase()
    return { kind, url: String(config.url), pid: undefined, [Symbol.asyncDispose]: drop }
  }
  if (findPostgres() === undefined) return undefined
  const server = await openPostgresServer()
  return { kind, url: server.url, pid: server.pid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
