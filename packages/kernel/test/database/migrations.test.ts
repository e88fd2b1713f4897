import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { Migration } from '../../src/index.ts'
import { boxMigration, startWarehouse } from './boxes.ts'

const warehouse = await startWarehouse()
const { db, internals } = warehouse
after(() => warehouse[Symbol.asyncDispose]())

function buildMigration(name: string, statement: string): Migration {
  return { name, up: async (db) => void (await sql.raw(statement).execute(db)) }
}

test('migrations run once, in order, and services may use what they made', async () => {
  const first = buildMigration('001-log', 'create table diary.entry (n int generated always as identity)')
  const second = buildMigration('002-more', 'alter table diary.entry add column line text')
  await db.migrate('diary', [first])
  await Promise.all([db.migrate('diary', [first, second]), db.migrate('diary', [first, second])])
  const { rows } = await internals.query('select name from diary.migration order by name')
  assert.deepEqual(rows, [{ name: '001-log' }, { name: '002-more' }])
  await db.transaction((trx) => sql`insert into diary.entry (line) values ('Monday')`.execute(trx))
})

test('a service cannot touch the record of its migrations', async () => {
  const erase = db.transaction((trx) => sql`delete from warehouse.migration`.execute(trx))
  await assert.rejects(erase, { code: '42501' })
})

test('a migration that fails is named, leaves nothing behind, and can be run again', async () => {
  const first = buildMigration('001-shelf', 'create table attic.shelf (n int)')
  const broken = buildMigration('002-broken', 'create table attic.lamp (n int); select 1 / 0')
  await assert.rejects(db.migrate('attic', [first, broken]), {
    code: 'database.migration_failed',
    message: "Migration '002-broken' of 'attic' failed: division by zero (SQLSTATE 22012)",
  })
  await db.migrate('attic', [first, buildMigration('002-broken', 'create table attic.lamp (n int)')])
})

test('names out of order or out of form are refused before anything runs', async () => {
  const [one, two] = [buildMigration('001-a', 'select 1'), buildMigration('002-b', 'select 1')]
  await assert.rejects(db.migrate('cellar', [two, one]), /'001-a' of 'cellar' failed: its number does not follow/)
  await assert.rejects(db.migrate('cellar', [buildMigration('first', 'select 1')]), /NNN-slug/)
})

test('a service whose name has a dash gets a schema with an underscore', async () => {
  await db.migrate('post-office', [buildMigration('001-stamp', 'create table post_office.stamp (n int)')])
  assert.deepEqual((await internals.query('select * from post_office.stamp')).rows, [])
})

test('drift is told: what was changed after its run, what is missing in the code', async () => {
  assert.deepEqual(await db.drift(), [])
  await internals.query(`update warehouse.migration set checksum = 'another' where name = '001-box'`)
  await internals.query(`insert into warehouse.migration (name, checksum) values ('002-gone', 'x')`)
  assert.deepEqual(await db.drift(), [
    'warehouse: 001-box was changed after it had been run',
    'warehouse: 002-gone was run, but the code does not have it',
  ])
  await db.migrate('warehouse', [boxMigration])
})

test('several processes that start on one new database bring it up to date together', async (t) => {
  if (warehouse.url === undefined) return t.skip('the embedded database has one process; set DATABASE_URL')
  const { createTestDatabase } = await import('@fanfare/testkit')
  const fresh = await createTestDatabase()
  t.after(() => fresh.drop())
  const child = fileURLToPath(new URL('./migrate-child.ts', import.meta.url))
  const endings = await Promise.all(
    [1, 2, 3].map(async () => {
      const migrating = spawn(process.execPath, [child, String(fresh.config.url)], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let words = ''
      migrating.stderr.on('data', (bytes) => {
        words += bytes
      })
      const [code] = await once(migrating, 'close')
      return { code, words }
    }),
  )
  assert.deepEqual(endings, Array(3).fill({ code: 0, words: '' }))
})
