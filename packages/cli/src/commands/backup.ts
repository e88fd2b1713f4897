import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { type Database, Db } from '@fanfare/kernel'
import { type Command, onlyWord, UsageError } from '../command.ts'
import { createOutput } from '../output.ts'
import { openPlatform } from '../session.ts'

export const backup: Command = {
  usage: '<file> [--json]',
  about: 'Copies the whole database into one file',
  details: 'The master key (secret.key in the data folder, or FANFARE_SECRET) is not in it: keep it as well.\n',
  async run(words) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const file = onlyWord(positionals, 'Say which file to write.')
    await assertWritable(file)
    await using app = await openPlatform({ only: ['db'] })
    const database: Database = app.get(Db)
    await database.backup(file)
    const { size } = await stat(file)
    createOutput(values.json).finish(`Wrote ${file} (${(size / 1e6).toFixed(1)} MB).`, { file, bytes: size })
    return 0
  },
}

/** Asked before the database is opened, so that a mistyped path is told at once and leaves nothing behind. */
async function assertWritable(file: string): Promise<void> {
  const standing = await stat(file).catch(() => undefined)
  if (standing?.isDirectory()) throw new UsageError(`${file} is a folder. Name the file to write in it.`)
  const folder = await stat(dirname(file)).catch(() => undefined)
  if (!folder?.isDirectory()) throw new UsageError(`There is no folder ${dirname(file)}. Make it first.`)
}
