import { resolve } from 'node:path'
import { PgliteThread } from './pglite-thread.ts'
import { databaseProblem } from './problems.ts'

/**
 * Writes an empty embedded database as an archive, for the config field `seed`: starting from it takes a tenth of the time of
 * making one. A name that ends in `.tar` is not compressed, which is quicker still.
 */
export async function writeSeed(file: string): Promise<void> {
  const thread = new PgliteThread()
  try {
    await thread.ask({ ask: 'open', folder: undefined, archive: undefined })
    await thread.ask({ ask: 'archive', file: resolve(file) })
    await thread.ask({ ask: 'close' })
  } finally {
    thread.end(databaseProblem('closed'))
    await thread.ended
  }
}
