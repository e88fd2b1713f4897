import { databaseProblem } from './problems.ts'
import type { Scope } from './transactions.ts'

/**
 * Refuses what the two databases would answer differently. PostgreSQL copies into no table with row security unless the
 * role passes it; the embedded database reads its copy as a superuser, so the same rule is held here: rows go into a
 * temporary or staging table of the transaction and from there into the tenant's with one `insert … select`. A header
 * would be taken off the first piece only.
 */
export async function assertCopyable(scope: Scope, statement: string, options: string): Promise<void> {
  const table = statement.replace(/\(.*/s, '').trim()
  if (/\bheader\b/i.test(options)) throw refused(table, 'leave out the header row and the option header')
  const { rows } = await scope.session.query(scope.identity, targetQuery, [table])
  const target = rows[0] as { secured: boolean; writable: boolean } | undefined
  if (target === undefined) throw refused(table, 'there is no such table')
  if (target.secured) throw refused(table, 'it has row security; copy into a temporary table and insert from there')
  if (!target.writable) throw refused(table, 'the role fanfare_app may not insert into it')
}

const targetQuery = `
  select relrowsecurity as secured, has_table_privilege(current_user, oid, 'insert') as writable
  from pg_class where oid = to_regclass($1)`

function refused(table: string, reason: string) {
  return databaseProblem('copy_refused', { detail: { table, reason } })
}
