import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { readEnvironment } from '../../src/index.ts'

export interface TestDatabase {
  /** Config of the service `db`. */
  readonly config: Readonly<Record<string, unknown>>
  drop(): Promise<void>
}

/**
 * A database that outlives the process that opens it, so that another can follow or join: a folder for the embedded one,
 * a new database of the server of `DATABASE_URL` otherwise.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { DATABASE_URL: server } = readEnvironment()
  if (server === undefined) {
    const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-kernel-'))
    return { config: { dataDir }, drop: () => rm(dataDir, { recursive: true, force: true }) }
  }
  const name = `kernel_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { config: { url: url.href }, drop: () => onServer(server, `drop database ${name} with (force)`) }
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query(statement)
  await client.end()
}
