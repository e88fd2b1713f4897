import { parseArgs } from 'node:util'
import { nameOf, readEnvironment, restoreDatabase } from '@fanfare/kernel'
import { type Command, UsageError } from '../command.ts'
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
    const [file] = positionals
    if (file === undefined) throw new UsageError('Say which backup to restore.')
    if (!values.yes)
      throw new UsageError('This replaces what is in the database now. Say --yes when that is what you want.')
    const environment = readEnvironment()
    await restoreDatabase(
      { url: environment[nameOf('db', 'url')], dataDir: environment[nameOf('db', 'dataDir')] ?? '.fanfare' },
      file,
    )
    createOutput(values.json).finish(`Restored ${file}.`, { file, restored: true })
    return 0
  },
}
