import { existsSync, renameSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { lockFolder } from './folder-lock.ts'
import { PgliteThread } from './pglite-thread.ts'
import { restorePostgresql } from './postgresql-archive.ts'
import { databaseProblem, reasonOf } from './problems.ts'

/** Where an archive goes: a PostgreSQL server, or the embedded database under a folder. */
export type RestoreTarget = { readonly url: string } | { readonly dataDir: string }

/**
 * Puts back what `Database.backup` wrote, over what is there; no process may have the database open. An embedded database
 * that was there is kept beside it as `database.before-restore-<time>`.
 *
 * Problems: `database.locked`, `database.archive_failed`, `database.tool_missing`.
 *
 * @example await restoreDatabase({ dataDir: '.fanfare' }, 'monday.tar.gz')
 */
export async function restoreDatabase(target: RestoreTarget, file: string): Promise<void> {
  if ('url' in target) return restorePostgresql(target.url, file)
  const unlock = await lockFolder(target.dataDir)
  try {
    await assertArchive(file)
    await replaceFolder(join(resolve(target.dataDir), 'database'), resolve(file))
  } catch (error) {
    const detail = { file, verb: 'read back', reason: reasonOf(error) }
    throw databaseProblem('archive_failed', { detail, cause: error })
  } finally {
    await unlock()
  }
}

/** Told by the first bytes, because the reader of tar files gives no reason: gzip's mark, or tar's at byte 257. */
async function assertArchive(file: string): Promise<void> {
  await using handle = await open(file)
  const { buffer: head } = await handle.read({ buffer: Buffer.alloc(512) })
  const isArchive = head.readUInt16BE(0) === 0x1f8b || head.toString('latin1', 257, 262) === 'ustar'
  if (isArchive) return
  const isDump = head.toString('latin1', 0, 5) === 'PGDMP'
  throw new Error(
    isDump
      ? 'it is a backup of a PostgreSQL server; set DATABASE_URL to restore it there'
      : 'it is no backup that fanfare wrote',
  )
}

/** The archive is opened in a folder of its own first: one that cannot be read leaves the database as it was. */
async function replaceFolder(folder: string, archive: string): Promise<void> {
  const fresh = `${folder}.restored`
  const thread = new PgliteThread()
  try {
    await thread.ask({ ask: 'open', folder: fresh, archive })
    await thread.ask({ ask: 'close' })
  } finally {
    thread.end(databaseProblem('closed'))
    await thread.ended
  }
  if (existsSync(folder)) renameSync(folder, `${folder}.before-restore-${Date.now()}`)
  renameSync(fresh, folder)
}
