import { findPostgres } from '@fanfare/testkit'
import { assertKnown, FlagError, type Flags, oneOf, readFlags, wholeNumber } from '../bench/command-line/flags.ts'
import { runCrash } from './crash/run.ts'
import type { CrashOrder } from './crash/stage.ts'

/**
 * Kills workers and PostgreSQL in the middle of sends and compares the ledger with what a sink has really got:
 * `npm run crash -- [--kills 30] [--recipients 10000] [--seed n] [--database postgresql|pglite] [--workers 2]`.
 */
async function main(): Promise<void> {
  const { flags } = readFlags(process.argv.slice(2))
  const order = orderOf(flags)
  const began = performance.now()
  const say = (line: string) =>
    process.stderr.write(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`)
  say(`seed ${order.seed}: ${order.kills} kills of ${order.workers} workers on ${order.database}`)
  // So that what was started is ended, too.
  process.once('SIGINT', () => process.exit(130))
  const { figures, holds } = await runCrash(order, say)
  console.log(JSON.stringify(figures))
  process.exitCode = holds ? 0 : 1
}

function orderOf(flags: Flags): CrashOrder {
  assertKnown(flags, ['kills', 'recipients', 'seed', 'database', 'workers'])
  const hasPostgres = findPostgres() !== undefined
  const database = oneOf(flags, 'database', ['postgresql', 'pglite']) ?? (hasPostgres ? 'postgresql' : 'pglite')
  if (database === 'postgresql' && !hasPostgres) {
    throw new FlagError('The crash kit starts and kills a PostgreSQL of its own; install one (apt install postgresql).')
  }
  const workers = wholeNumber(flags, 'workers') ?? (database === 'pglite' ? 1 : 2)
  if (database === 'pglite' && workers > 1) {
    throw new FlagError('The embedded database belongs to one process: use --workers=1, or --database=postgresql.')
  }
  return {
    kills: wholeNumber(flags, 'kills') ?? 30,
    recipients: wholeNumber(flags, 'recipients') ?? 10_000,
    seed: wholeNumber(flags, 'seed') ?? 1 + Math.floor(Math.random() * 1_000_000),
    database,
    workers,
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof FlagError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
