import { parseArgs } from 'node:util'
import { type Database, Db } from '@fanfare/kernel'
import type { Command } from '../command.ts'
import { createOutput } from '../output.ts'
import { openPlatform } from '../session.ts'

export const migrate: Command = {
  usage: '[--json]',
  about: 'Brings the database up to date and says where it differs from the code',
  async run(words) {
    const { values } = parseArgs({ args: [...words], options: { json: { type: 'boolean', default: false } } })
    const output = createOutput(values.json)
    // Every service brings its own schema up to date as it starts.
    await using app = await openPlatform()
    const database: Database = app.get(Db)
    const drift = await database.drift()
    const text = drift.length === 0 ? 'The database is up to date.' : `The database differs:\n${drift.join('\n')}`
    output.finish(text, { database: database.kind, drift })
    return drift.length === 0 ? 0 : 1
  },
}
