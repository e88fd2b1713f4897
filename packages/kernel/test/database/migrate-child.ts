import { sql } from 'kysely'
import { createLogger, Db, database, type Migration, start } from '../../src/index.ts'

/** Brings a PostgreSQL database up to date and ends: several of these run at once. `node migrate-child.ts <url>` */
const migrations: readonly Migration[] = ['001-first', '002-second', '003-third'].map((name) => ({
  name,
  async up(db) {
    await sql`create table ${sql.table(`race.step_${name.slice(0, 3)}`)} (n int)`.execute(db)
    await sql`insert into ${sql.table(`race.step_${name.slice(0, 3)}`)} values (1)`.execute(db)
  },
}))
const log = createLogger({ level: 'silent' })
await using app = await start([database()], { config: { db: { url: process.argv[2] } }, log })
await app.get(Db).migrate('race', migrations)
