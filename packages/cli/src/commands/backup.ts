import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Database, Db } from '@fanfare/kernel'
import { type Command, UsageError } from '../command.ts'
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
    const [file] = positionals
    if (file === undefined) throw new UsageError('Say which file to write.')
    await using app = await openPlatform(['db'])
    const database: Database = app.get(Db)
    await database.backup(file)
    const { size } = await stat(file)
    createOutput(values.json).finish(`Wrote ${file} (${(size / 1e6).toFixed(1)} MB).`, { file, bytes: size })
    return 0
  },
}
