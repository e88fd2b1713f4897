import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findSeed } from '@fanfare/testkit'
import { sql } from 'kysely'
import { lockFolder } from '../../src/database/folder-lock.ts'
import { createLogger, Db, database, isProblem, start } from '../../src/index.ts'
import { addBox, boxMigration, buildTenant, labelsOf, type Schema } from './boxes.ts'

const child = fileURLToPath(new URL('./pglite-child.ts', import.meta.url))

/** A data folder of the test's own. */
function buildFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-pglite-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The embedded database even when DATABASE_URL is set; a new one starts from an archive, which is quicker. */
async function open(dataDir: string, config: Record<string, unknown> = {}) {
  const log = createLogger({ level: 'silent' })
  const app = await start([database()], { config: { db: { dataDir, seed: await findSeed(), ...config } }, log })
  const db = app.get(Db).as<Schema>()
  await db.migrate('warehouse', [boxMigration])
  return { app, db }
}

function spawnChild(t: TestContext, ...words: string[]): ChildProcessWithoutNullStreams {
  const process_ = spawn(process.execPath, [child, ...words])
  t.after(() => process_.kill('SIGKILL'))
  return process_
}

test('a runaway query is ended with its transaction; what was committed and those who wait go on', async (t) => {
  const { app, db } = await open(buildFolder(t), { statementTimeoutMs: 1_500 })
  t.after(() => app.stop())
  const tenantId = await buildTenant(db, ['kept'])
  const runaway = db.withTenant(tenantId, async (trx) => {
    await addBox(db, tenantId, 'lost')
    await sql`select count(*) from generate_series(1, 100000000000) n`.execute(trx)
  })
  const waiting = addBox(db, tenantId, 'waited')
  await assert.rejects(runaway, { code: 'database.query_timeout' })
  await waiting
  assert.deepEqual(await labelsOf(db, tenantId), ['kept', 'waited'])
})

test('a statement that ends the database program fails alone, and the database is opened again', async (t) => {
  const { app, db } = await open(buildFolder(t))
  t.after(() => app.stop())
  const tenantId = await buildTenant(db, ['kept'])
  const fatal = db.transaction(async (trx) => {
    await sql`create temp table rows_in (line text)`.execute(trx)
    await sql`copy rows_in from stdin`.execute(trx)
  })
  await assert.rejects(fatal, { code: 'database.lost' })
  assert.deepEqual(await labelsOf(db, tenantId), ['kept'])
})

test('what a killed first start left half made is removed by the next one', async (t) => {
  const folder = buildFolder(t)
  mkdirSync(join(folder, 'database.making-1', 'base'), { recursive: true })
  const { app, db } = await open(folder)
  t.after(() => app.stop())
  assert.deepEqual(readdirSync(folder), ['database'])
  assert.deepEqual(await labelsOf(db, await buildTenant(db, ['kept'])), ['kept'])
})

test('a database in memory that is ended says so instead of coming back empty', async (t) => {
  const { app, db } = await open('memory://', { statementTimeoutMs: 1_000 })
  t.after(() => app.stop())
  const runaway = db.transaction((trx) => sql`select count(*) from generate_series(1, 100000000000) n`.execute(trx))
  await assert.rejects(runaway, { code: 'database.query_timeout' })
  await assert.rejects(labelsOf(db, randomUUID()), (error) => isProblem(error, 'database.query_timeout'))
})

test('everything acknowledged before a kill -9 is there after it', async (t) => {
  const folder = buildFolder(t)
  const { app, db } = await open(folder)
  const tenantId = await buildTenant(db, ['0'])
  await app.stop()
  for (let kill = 1; kill <= 3; kill++) {
    const writer = spawnChild(t, folder, tenantId)
    let acknowledged = 0
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = Number(line)
      if (acknowledged === 20 * kill) writer.kill('SIGKILL')
    }
    const again = await open(folder)
    const kept = await again.db.withTenant(tenantId, async (trx) => {
      const rows = await trx.selectFrom('warehouse.box').select('weight').where('label', '<>', '0').execute()
      await trx.deleteFrom('warehouse.box').where('label', '<>', '0').execute()
      return rows.map(({ weight }) => weight).sort((a, b) => a - b)
    })
    await again.app.stop()
    assert.ok(acknowledged >= 20 * kill)
    // One more may have been committed and not told.
    assert.ok(kept.length === acknowledged || kept.length === acknowledged + 1, `${kept.length} of ${acknowledged}`)
    assert.deepEqual(
      kept,
      kept.map((_, n) => n + 1),
    )
  }
})

test('a folder that another process uses is refused with its process id, and free once that is killed', async (t) => {
  const folder = buildFolder(t)
  const holder = spawnChild(t, folder, 'hold')
  await once(holder.stdout, 'data')
  await assert.rejects(open(folder), (error: Error) => {
    assert.match(error.message, new RegExp(`${folder} is in use by process ${holder.pid}`))
    assert.match(error.message, /FANFARE_DATA_DIR/)
    return true
  })
  holder.kill('SIGKILL')
  await once(holder, 'close')
  const { app } = await open(folder)
  await app.stop()
})

test('a folder is locked by what it is, not by how it is written, and free after the release', async (t) => {
  const folder = buildFolder(t)
  const unlock = await lockFolder(folder)
  await assert.rejects(lockFolder(`${folder}/../${folder.split('/').at(-1)}`), { code: 'database.locked' })
  await unlock()
  await (await lockFolder(folder))()
})
