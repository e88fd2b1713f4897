import { isProblem, readEnvironment } from '@fanfare/kernel'
import packageFile from '../package.json' with { type: 'json' }
import { type Command, UsageError } from './command.ts'
import { audit } from './commands/audit.ts'
import { backup } from './commands/backup.ts'
import { demo } from './commands/demo.ts'
import { doctor } from './commands/doctor.ts'
import { importContacts } from './commands/import.ts'
import { migrate } from './commands/migrate.ts'
import { restore } from './commands/restore.ts'
import { send } from './commands/send.ts'
import { start } from './commands/start.ts'
import { workspace } from './commands/workspace.ts'

const commands: Readonly<Record<string, Command>> = {
  start,
  demo,
  import: importContacts,
  send,
  doctor,
  audit,
  migrate,
  backup,
  restore,
  workspace,
}

function help(): string {
  const rows = Object.entries(commands).map(([name, { usage, about }]) => `  ${`${name} ${usage}`.padEnd(44)} ${about}`)
  return [
    'fanfare: runs outreach end to end',
    '',
    'Usage: fanfare <command> [options]',
    '',
    ...rows,
    '',
    'Every command takes --json (its last line is JSON) and --help.',
    'The database is chosen by DATABASE_URL, else embedded under FANFARE_DATA_DIR (default .fanfare).',
    'Exit codes: 0 done, 1 failed, 2 the call was not understood.',
    '',
  ].join('\n')
}

/** Runs one command and returns the exit code. */
async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    process.stdout.write(`${packageFile.version}\n`)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    process.stderr.write(`There is no command "${name}".\n\n${help()}`)
    return 2
  }
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(`Usage: fanfare ${name} ${command.usage}\n${command.about}\n${command.details ?? ''}`)
    return 0
  }
  try {
    return await command.run(words)
  } catch (error) {
    return fail(name, command, error)
  }
}

function fail(name: string, command: Command, error: unknown): number {
  if (error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`${(error as Error).message}\nUsage: fanfare ${name} ${command.usage}\n`)
    return 2
  }
  const told = isProblem(error) || (error instanceof Error && readEnvironment().FANFARE_LOG !== 'debug')
  process.stderr.write(`${told ? sentenceOf(error as Error) : ((error as Error).stack ?? String(error))}\n`)
  return 1
}

/** `fetch` and some drivers keep what happened in the cause; a coded problem has told it in its own sentence. */
function sentenceOf(error: Error): string {
  const reason = !isProblem(error) && error.cause instanceof Error ? error.cause.message : ''
  return reason === '' ? error.message : `${error.message}: ${reason}`
}

// A reader that has heard enough (`| head -1`) must not end the work half way.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await main(process.argv.slice(2))
