import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'

/**
 * A quarter of what PostgreSQL takes by default: all of it is this process's memory from the first moment on. What does not
 * fit is still in the system's cache of files, some microseconds a page further away.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB']

/**
 * Opens the embedded database in this thread: the one in a folder, or a new one in memory.
 *
 * @param archive what a database that does not exist yet starts from
 */
export function openPglite(folder: string | undefined, archive: string | undefined): Promise<PGlite> {
  return PGlite.create({ startParams, ...(folder === undefined ? {} : { dataDir: folder }), ...startFrom(archive) })
}

function startFrom(archive: string | undefined): { loadDataDir?: File } {
  if (archive === undefined) return {}
  const bytes = readFileSync(archive)
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const name = packed ? 'database.tar.gz' : 'database.tar'
  return { loadDataDir: new File([bytes], name, { type: packed ? 'application/x-gzip' : 'application/x-tar' }) }
}
