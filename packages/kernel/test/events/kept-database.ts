import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@fanfare/testkit'
import pg from 'pg'
import { readEnvironment } from '../../src/index.ts'

/** A database that outlives the process that opens it, so that another can follow: the embedded one in a folder. */
export async function createKeptDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  if (!isEmbedded(database)) return database
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-kernel-'))
  return { config: { ...database.config, dataDir }, drop: () => rm(dataDir, { recursive: true, force: true }) }
}

export function isEmbedded({ config }: TestDatabase): boolean {
  return 'dataDir' in config
}

/** A database on the server of `DATABASE_URL` whose owner is no superuser; undefined without a server. */
export async function createPlainlyOwnedDatabase(): Promise<TestDatabase | undefined> {
  const { DATABASE_URL: server } = readEnvironment()
  if (!server) return undefined
  const name = `kernel_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create role ${name} login createrole`, grantServiceRole(name))
  await onServer(server, `create database ${name} owner ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  url.username = name
  const drop = () => onServer(server, `drop database ${name} with (force)`, `drop role ${name}`)
  return { config: { url: url.href }, drop }
}

/** The role of the services belongs to the whole server; another database may have made it already. */
function grantServiceRole(role: string): string {
  return `
    do $$ begin
      if exists (select from pg_roles where rolname = 'fanfare_app') then
        grant fanfare_app to ${role} with admin option;
      end if;
    end $$`
}

async function onServer(server: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
