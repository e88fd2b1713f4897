import { createHash } from 'node:crypto'
import type { CompiledQuery, KyselyPlugin } from 'kysely'

const mark = Symbol('prepared')

/**
 * Marks a statement that runs over and over: a connection parses it once, and after a few runs PostgreSQL plans it once,
 * too, for any values (https://www.postgresql.org/docs/current/sql-prepare.html#SQL-PREPARE-NOTES). Only for one whose best
 * plan is the same for every tenant and every number of rows: each row found by its key, no join whose size decides.
 *
 * @example await sql`select … where tenant_id = ${tenantId} and id = ${id} for update`.withPlugin(prepared).execute(trx)
 */
export const prepared: KyselyPlugin = {
  transformQuery: ({ node }) => ({ ...node, [mark]: true }),
  transformResult: async ({ result }) => result,
}

/** The name that a connection keeps the statement under; undefined for one that was not marked. */
export function statementName({ query, sql }: CompiledQuery): string | undefined {
  return mark in query ? createHash('sha256').update(sql).digest('base64url').slice(0, 22) : undefined
}
