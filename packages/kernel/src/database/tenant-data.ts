import { sql } from 'kysely'
import type { Database } from '../database.ts'
import { internalsOf } from './internals.ts'
import { listTenantTables, type TenantTable } from './tenant-tables.ts'

const pageRows = 500
const heavyPageRows = 4

/**
 * All rows of a tenant in one table, as JSON texts and a page at a time, each page a transaction of its own: constant memory,
 * and nobody waits for the whole. Rows that change meanwhile are seen as before or as after.
 */
export async function* readTenantRows(
  db: Database,
  tenantId: string,
  table: TenantTable,
): AsyncGenerator<readonly string[]> {
  const limit = table.isHeavy ? heavyPageRows : pageRows
  for (let after: readonly string[] | undefined; ; ) {
    const rows = await db.withTenant(tenantId, (trx) => readPage(trx, tenantId, table, { after, limit }))
    if (rows.length > 0) yield rows.map(({ line }) => line)
    const last = rows.at(-1)
    if (last === undefined || rows.length < limit || table.key.length === 0) return
    after = last.key
  }
}

async function readPage(
  trx: Parameters<Parameters<Database['withTenant']>[1]>[0],
  tenantId: string,
  table: TenantTable,
  { after, limit }: { after: readonly string[] | undefined; limit: number },
): Promise<{ line: string; key: string[] }[]> {
  const columns = sql.join(table.columns.map((name) => sql.raw(name)))
  const key = sql.join(table.key.map(({ name }) => sql.raw(name)))
  const texts = sql.join(table.key.map(({ name }) => sql.raw(`${name}::text`)))
  const from = after && sql.join(table.key.map(({ type }, place) => sql`${after[place]}::text::${sql.raw(type)}`))
  const { rows } = await sql<{ line: string; key: string[] }>`
    select (select row_to_json(picked)::text from (select ${columns}) as picked) as line,
      array[${table.key.length === 0 ? sql`` : texts}]::text[] as key
    from ${sql.raw(table.name)}
    where tenant_id = ${tenantId} ${from === undefined ? sql`` : sql`and (${key}) > (${from})`}
    ${table.key.length === 0 ? sql`` : sql`order by ${key}`}
    limit ${limit}`.execute(trx)
  return rows
}

export interface EraseOptions {
  /** Of one statement, which is one transaction; default 5,000. */
  readonly batchRows?: number
  /** Stops between two batches; what is gone is gone, and the next call goes on. */
  readonly signal?: AbortSignal
}

/** What is written while rows are deleted is found by the next round. */
const mostRounds = 10

/**
 * Deletes all rows of a tenant in all tables, in sets: what refers to others first, and what is marked `@erase-last` when
 * nothing else is left. Ledgers that keep their rows for ever let these go (`kernel.is_erasing`). Returns how many rows went.
 * Not inside a transaction. Called again after it was cut off, it goes on.
 */
export async function eraseTenant(db: Database, tenantId: string, options: EraseOptions = {}): Promise<number> {
  const tables = await listTenantTables(db)
  let erased = await eraseQueued(db, tenantId)
  for (let round = 0; round < mostRounds; round++) {
    let inRound = 0
    for (const table of tables.filter(({ erasedLast }) => !erasedLast)) {
      inRound += await eraseTable(db, tenantId, table, options)
    }
    erased += inRound
    if (inRound === 0) break
  }
  for (const table of tables.filter(({ erasedLast }) => erasedLast)) {
    erased += await eraseTable(db, tenantId, table, options)
  }
  return erased
}

async function eraseTable(
  db: Database,
  tenantId: string,
  { name }: TenantTable,
  { batchRows = 5_000, signal }: EraseOptions,
): Promise<number> {
  for (let erased = 0; ; ) {
    signal?.throwIfAborted()
    const inBatch = await internalsOf(db).ownerOfTenant(tenantId, async (session) => {
      await session.query(`select set_config('app.erasing', $1, true)`, [tenantId])
      const { rowCount } = await session.query(
        `delete from ${name} where tenant_id = $1
           and ctid = any (array(select ctid from ${name} where tenant_id = $1 limit ${batchRows}))`,
        [tenantId],
      )
      return rowCount ?? 0
    })
    erased += inBatch
    if (inBatch < batchRows) return erased
  }
}

/** Jobs carry their tenant in what they are told. */
async function eraseQueued(db: Database, tenantId: string): Promise<number> {
  return internalsOf(db).ownerTransaction(async (session) => {
    const { rows } = await session.query<{ known: string | null }>(`select to_regclass('kernel_jobs.job') as known`)
    if (rows[0]?.known == null) return 0
    const { rowCount } = await session.query(
      `delete from kernel_jobs.job where data ->> 'tenantId' = $1 and state <> 'active'`,
      [tenantId],
    )
    return rowCount ?? 0
  })
}

/** How many rows of a tenant each table holds; tables without any are left out. */
export async function countTenantRows(db: Database, tenantId: string): Promise<ReadonlyMap<string, number>> {
  const counted = new Map<string, number>()
  for (const { name } of await listTenantTables(db)) {
    const rows = await internalsOf(db).ownerOfTenant(tenantId, async (session) => {
      const found = await session.query<{ rows: number }>(
        `select count(*)::int as rows from ${name} where tenant_id = $1`,
        [tenantId],
      )
      return found.rows[0]?.rows ?? 0
    })
    if (rows > 0) counted.set(name, rows)
  }
  return counted
}
