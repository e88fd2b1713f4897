import { randomUUID } from 'node:crypto'
import { createTestDatabase } from '@fanfare/testkit'
import { type Generated, sql } from 'kysely'
import { internalsOf } from '../../src/database/internals.ts'
import {
  createLogger,
  type Database,
  Db,
  database,
  type Migration,
  secureTenantTables,
  start,
} from '../../src/index.ts'

/** The tables of the service these tests make up. */
export interface Schema {
  'warehouse.box': { tenant_id: Generated<string>; label: string; weight: number }
}

export const boxMigration: Migration = {
  name: '001-box',
  async up(db) {
    await sql`
      create table warehouse.box (
        tenant_id uuid not null default kernel.tenant_id(), label text not null, weight int not null default 1,
        primary key (tenant_id, label)
      )`.execute(db)
    await secureTenantTables(db, ['warehouse.box'])
  },
}

export interface LogLine {
  readonly msg: string
  readonly [name: string]: unknown
}

/** A database of the test's own with the table of boxes, and what it logs. */
export async function startWarehouse(config: Record<string, unknown> = {}) {
  const test = await createTestDatabase()
  const lines: LogLine[] = []
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const app = await start([database()], { config: { db: { ...test.config, ...config } }, log })
  const db = app.get(Db).as<Schema>()
  await db.migrate('warehouse', [boxMigration])
  return {
    app,
    db,
    lines,
    url: test.config.url as string | undefined,
    internals: internalsOf(db),
    async [Symbol.asyncDispose]() {
      await app.stop()
      await test.drop()
    },
  }
}

/** A tenant with boxes of these labels. */
export async function buildTenant(db: Database<Schema>, labels: readonly string[] = []): Promise<string> {
  const tenantId = randomUUID()
  if (labels.length > 0) {
    await db.withTenant(tenantId, async (trx) => {
      await trx
        .insertInto('warehouse.box')
        .values(labels.map((label) => ({ label, weight: 1 })))
        .execute()
    })
  }
  return tenantId
}

export function labelsOf(db: Database<Schema>, tenantId: string): Promise<string[]> {
  return db.withTenant(tenantId, async (trx) => {
    const rows = await trx.selectFrom('warehouse.box').select('label').orderBy('label').execute()
    return rows.map(({ label }) => label)
  })
}

export async function addBox(db: Database<Schema>, tenantId: string, label: string): Promise<void> {
  await db.withTenant(tenantId, async (trx) => {
    await trx.insertInto('warehouse.box').values({ label, weight: 1 }).execute()
  })
}
