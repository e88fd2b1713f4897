import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readEnvironment, writeSeed } from '@fanfare/kernel'
import pg from 'pg'

export interface TestDatabase {
  /** The config of the service `db`. */
  readonly config: Record<string, unknown>
  drop(): Promise<void>
}

/**
 * A database of the test's own: embedded and in memory, or with DATABASE_URL a fresh one on that server. POOL_MAX bounds
 * its connections there, to find work that waits for itself.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { DATABASE_URL: url, POOL_MAX: poolMax } = readEnvironment()
  if (!url) return { config: { dataDir: 'memory://', seed: await findSeed() }, drop: async () => {} }
  const name = `fanfare_test_${randomBytes(6).toString('hex')}`
  await onServer(url, `create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return {
    config: { url: own.href, ...(poolMax ? { poolMax } : {}) },
    drop: () => onServer(url, `drop database if exists ${name} with (force)`),
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

let seed: Promise<string> | undefined

/** An initialised embedded database as an archive, made once on this machine: starting from it takes a tenth of the time. */
export function findSeed(): Promise<string> {
  seed ??= makeSeed()
  return seed
}

async function makeSeed(): Promise<string> {
  const program = readFileSync(fileURLToPath(import.meta.resolve('@electric-sql/pglite')))
  const version = createHash('sha256').update(program).digest('hex').slice(0, 12)
  const folder = join(tmpdir(), `fanfare-testkit-${userInfo().username}`)
  const file = join(folder, `empty-${version}.tar`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  await writeSeed(file)
  return file
}
