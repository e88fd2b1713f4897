import { defineProblems } from '../problems.ts'

/** Every coded failure of the database. A constraint that was broken stays the driver's error with its SQLSTATE in `code`. */
export const databaseProblem = defineProblems('database', {
  locked: {
    kind: 'unavailable',
    message:
      'The data folder {folder} is in use by {holder}. Stop that process, or give this one a folder of its own with FANFARE_DATA_DIR',
    retryable: false,
  },
  folder_unusable: {
    kind: 'failed',
    message:
      'The data folder {folder} cannot be used: {reason}. Make it writable, or name another one with FANFARE_DATA_DIR',
  },
  unreachable: {
    kind: 'unavailable',
    message: 'The database at {address} does not answer: {reason}. Check DATABASE_URL and that the server runs',
  },
  unopened: {
    kind: 'failed',
    message:
      'The embedded database in {folder} could not be opened: {reason}. Restore a backup with `fanfare restore`, or move the folder away to start anew',
  },
  closed: { kind: 'unavailable', message: 'The database is closed', retryable: false },
  lost: {
    kind: 'unavailable',
    message: 'The embedded database stopped in the middle of this work: {reason}. The transaction was rolled back',
  },
  query_timeout: {
    kind: 'unavailable',
    message:
      'A query took longer than {limitMs} ms and was ended, its transaction with it. Make it smaller, or raise FANFARE_DB_STATEMENT_TIMEOUT_MS',
    retryable: false,
  },
  tenant_invalid: { kind: 'invalid', message: 'The tenant id {tenantId} is not a UUID' },
  tenant_mixed: {
    kind: 'failed',
    message:
      'The open transaction belongs to tenant {open}; work for tenant {wanted} cannot join it. End the first, or run the second after its commit',
  },
  self_wait: {
    kind: 'failed',
    message:
      'Something that needs a connection of its own was asked for by work that has a transaction open: it would wait for itself. End the transaction first, or use ownerInTransaction',
  },
  no_transaction: {
    kind: 'failed',
    message: 'This needs an open transaction: call it inside withTenant or transaction',
  },
  transaction_finished: {
    kind: 'failed',
    message:
      'A transaction was used after its end. A promise inside withTenant or transaction was not awaited; it began at {caller}',
  },
  rolled_back: {
    kind: 'failed',
    message: 'The transaction was rolled back: a query in it had failed and the failure was caught. Let it through',
  },
  migration_failed: { kind: 'failed', message: "Migration '{migration}' of '{service}' failed: {reason}" },
  copy_refused: { kind: 'invalid', message: 'Rows cannot be copied into {table}: {reason}' },
  archive_failed: { kind: 'failed', message: 'The archive {file} could not be {verb}: {reason}' },
  tool_missing: {
    kind: 'failed',
    message: "The program '{tool}' was not found. Install PostgreSQL's client programs and put them on the PATH",
  },
})

export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}

/** The five-character SQLSTATE of a driver's error, or undefined. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** 57014 is query_canceled: on a server nobody but the time limit cancels our statements. */
export function translateTimeout(error: unknown, limitMs: number): unknown {
  return sqlStateOf(error) === '57014' ? databaseProblem('query_timeout', { detail: { limitMs }, cause: error }) : error
}

/** True when the error is a broken unique constraint or index, of that name when one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint
}
