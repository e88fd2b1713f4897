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
 *
 * @param options.plainOwner on a server, the database belongs to a user of its own that is no superuser
 */
export async function createTestDatabase({ plainOwner = false } = {}): Promise<TestDatabase> {
  const { DATABASE_URL: server } = readEnvironment()
  if (server === undefined) {
    const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-kernel-'))
    return { config: { dataDir }, drop: () => rm(dataDir, { recursive: true, force: true }) }
  }
  const name = `kernel_${randomUUID().replaceAll('-', '')}`
  const url = new URL(server)
  url.pathname = `/${name}`
  await onServer(server, `create database ${name}`)
  if (plainOwner) {
    await onServer(server, `create role ${name} login createrole`, ...grantsTo(name))
    url.username = name
  }
  return {
    config: { url: url.href },
    async drop() {
      await onServer(server, `drop database ${name} with (force)`)
      if (plainOwner) await onServer(server, `drop role ${name}`)
    },
  }
}

/** The role of the services belongs to the whole server; another database may have made it. */
function grantsTo(role: string): string[] {
  return [
    `alter database ${role} owner to ${role}`,
    `do $$ begin
      if exists (select from pg_roles where rolname = 'fanfare_app') then
        grant fanfare_app to ${role} with admin option;
      end if;
    end $$`,
  ]
}

async function onServer(server: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
