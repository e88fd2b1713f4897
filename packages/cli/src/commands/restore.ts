import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nameOf, readEnvironment, restoreDatabase } from '@fanfare/kernel'
import { type Command, onlyWord, UsageError } from '../command.ts'
import { createOutput } from '../output.ts'

export const restore: Command = {
  usage: '<file> --yes [--json]',
  about: 'Puts a backup in the place of the database',
  details: 'Stop the server first. What is in the database now is replaced.\n',
  async run(words) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const file = onlyWord(positionals, 'Say which backup to restore.')
    if (!values.yes)
      throw new UsageError('This replaces what is in the database now. Say --yes when that is what you want.')
    const standing = await stat(file).catch(() => undefined)
    if (!standing?.isFile()) throw new UsageError(`There is no file ${file}.`)
    const environment = readEnvironment()
    const url = environment[nameOf('db', 'url')]
    const dataDir = environment[nameOf('db', 'dataDir')] || '.fanfare'
    await restoreDatabase(url ? { url } : { dataDir }, file)
    const keyIsThere = environment[nameOf('keys', 'secret')] || existsSync(join(dataDir, 'secret.key'))
    const hint = keyIsThere
      ? ''
      : `\nPut the secret.key that belongs to it into ${dataDir} (or set FANFARE_SECRET) before the start: it opens the stored passwords.`
    createOutput(values.json).finish(`Restored ${file}.${hint}`, { file, restored: true })
    return 0
  },
}
