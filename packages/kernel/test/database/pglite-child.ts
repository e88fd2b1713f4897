import { createLogger, Db, database, start } from '../../src/index.ts'

/** Opens the embedded database in a folder and does what it is told until it is killed: `node pglite-child.ts <folder> <what>`. */
const [dataDir, what] = process.argv.slice(2)
const app = await start([database()], { config: { db: { dataDir } }, log: createLogger({ level: 'silent' }) })
const db = app.get(Db)

if (what === 'hold') {
  process.stdout.write('held\n')
  setInterval(() => {}, 1_000)
} else {
  const tenantId = what ?? ''
  for (let n = 1; ; n++) {
    const label = String(n)
    await db.withTenant(tenantId, (trx) => trx.insertInto('warehouse.box').values({ label, weight: n }).execute())
    process.stdout.write(`${n}\n`)
  }
}
