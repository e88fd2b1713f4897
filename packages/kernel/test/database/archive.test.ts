import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDatabase } from '@fanfare/testkit'
import { createLogger, Db, database, restoreDatabase, start } from '../../src/index.ts'
import { addBox, buildTenant, labelsOf, type Schema, startWarehouse } from './boxes.ts'

const folder = mkdtempSync(join(tmpdir(), 'fanfare-archive-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

test('a backup restored elsewhere has the rows of its moment, with roles and row security', async (t) => {
  await using warehouse = await startWarehouse()
  const { db } = warehouse
  const [one, two] = [await buildTenant(db, ['one']), await buildTenant(db, ['two'])]
  const file = join(folder, 'moment.backup')
  await db.backup(file)
  await addBox(db, one, 'too late')

  const test_ = await createTestDatabase()
  t.after(() => test_.drop())
  const config =
    warehouse.url === undefined ? { dataDir: join(folder, 'elsewhere') } : { url: String(test_.config.url) }
  await restoreDatabase(config, file)
  const log = createLogger({ level: 'silent' })
  await using restored = await start([database()], { config: { db: config }, log })
  const again = restored.get(Db).as<Schema>()
  assert.deepEqual(await labelsOf(again, one), ['one'])
  assert.deepEqual(await labelsOf(again, two), ['two'])
  await addBox(again, one, 'goes on')
})

test('a file that is no archive is refused and what was there stays', async () => {
  const file = join(folder, 'words.txt')
  writeFileSync(file, 'these are words')
  await using warehouse = await startWarehouse()
  const tenantId = await buildTenant(warehouse.db, ['stays'])
  const target = warehouse.url === undefined ? { dataDir: join(folder, 'third') } : { url: warehouse.url }
  await assert.rejects(restoreDatabase(target, file), {
    code: 'database.archive_failed',
    message: warehouse.url === undefined ? /words\.txt.*no backup that fanfare wrote/ : /words\.txt/,
  })
  assert.deepEqual(await labelsOf(warehouse.db, tenantId), ['stays'])
})
