import { openPglite } from './pglite-open.ts'
import { reasonOf } from './problems.ts'

/** A process of its own, `pglite-maker.ts <folder> [archive]`: makes an embedded database and ends. See `makeFolder`. */
const [folder, archive] = process.argv.slice(2)
try {
  const made = await openPglite(folder, archive)
  await made.close()
} catch (error) {
  process.stderr.write(reasonOf(error))
  process.exitCode = 1
}
