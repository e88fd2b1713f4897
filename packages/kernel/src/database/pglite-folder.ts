import { execFile } from 'node:child_process'
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const maker = fileURLToPath(new URL('./pglite-maker.ts', import.meta.url))

/**
 * Makes the folder of an embedded database. A process of its own does it, because that takes some hundred megabytes which
 * would stay with this one, and beside its place, so that a kill leaves nothing half made under its name.
 */
export async function makeFolder(folder: string, archive: string | undefined): Promise<void> {
  const prefix = `${basename(folder)}.making-`
  for (const name of namesIn(dirname(folder))) {
    if (name.startsWith(prefix)) rmSync(join(dirname(folder), name), { recursive: true, force: true })
  }
  // Of this process alone: the maker of one that was killed may still be at work.
  const making = join(dirname(folder), `${prefix}${process.pid}`)
  await runMaker(archive === undefined ? [making] : [making, archive])
  rmSync(folder, { recursive: true, force: true })
  renameSync(making, folder)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function runMaker(words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [maker, ...words], (error, _said, complaint) => {
      if (error) reject(new Error(complaint.trim() || error.message))
      else resolve()
    })
  })
}
