import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertKnown, FlagError, wholeNumber } from './command-line/flags.ts'
import type { BenchOptions } from './main.ts'
import { type Comparison, openReplay } from './row-security/replay.ts'
import { hottestStatements } from './row-security/stage.ts'
import { noPostgres, openDatabase } from './send/database.ts'

const limitPercent = 10

/**
 * What row security costs: the statements that a send and the console's pages spend the most time in, each run again with the
 * values it had, as the services' role and as one that policies do not hold for, in turns. One line of JSON; the details on
 * stderr.
 *
 * @param options `--contacts` of the workspace that sends, default 50 000; `--workspaces`, default 10; `--statements`,
 *   default 20
 */
export async function run(options: BenchOptions): Promise<void> {
  assertKnown(options, ['contacts', 'workspaces', 'statements'])
  const contacts = wholeNumber(options, 'contacts') ?? 50_000
  const workspaces = wholeNumber(options, 'workspaces') ?? 10
  const wanted = wholeNumber(options, 'statements') ?? 20
  const say = (line: string) => process.stderr.write(`${line}\n`)
  process.once('SIGINT', () => process.exit(130))
  await using database = await openDatabase('postgresql')
  if (database?.url === undefined) throw new FlagError(noPostgres)
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-bench-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }))

  const { tenantId, statements } = await hottestStatements({ url: database.url, folder, contacts, workspaces, say })
  await using replay = await openReplay(database.url, tenantId)
  const comparisons: Comparison[] = []
  for (const statement of statements) {
    if (comparisons.length === wanted) break
    const comparison = await replay.compare(statement)
    if (comparison === undefined) say(`left out, it does not run by itself: ${shorten(statement.text)}`)
    else comparisons.push(comparison)
    if (comparison) say(lineOf(comparison))
  }
  console.log(JSON.stringify(figuresOf({ contacts, workspaces, comparisons })))
}

function figuresOf({
  contacts,
  workspaces,
  comparisons,
}: {
  contacts: number
  workspaces: number
  comparisons: Comparison[]
}) {
  const overheads = comparisons.map(({ overheadPercent }) => overheadPercent).sort((a, b) => a - b)
  const sum = (pick: (comparison: Comparison) => number) => comparisons.reduce((all, one) => all + pick(one), 0)
  const percent = (one: number, other: number) => Math.round((one / other - 1) * 1_000) / 10
  return {
    bench: 'row-security',
    contacts,
    workspaces,
    statements: comparisons.length,
    medianOverheadPercent: overheads[Math.floor(overheads.length / 2)],
    worstOverheadPercent: overheads.at(-1),
    overLimit: comparisons.filter(({ overheadPercent }) => overheadPercent > limitPercent).length,
    summedP95OverheadPercent: percent(
      sum(({ securedMs }) => securedMs.p95),
      sum(({ exemptMs }) => exemptMs.p95),
    ),
    worstNoisePercent: Math.max(...comparisons.map(({ noisePercent }) => Math.abs(noisePercent))),
  }
}

function lineOf({ statement, turns, securedMs, exemptMs, overheadPercent, noisePercent }: Comparison): string {
  const [held, free] = [securedMs, exemptMs].map(({ p50, p95 }) => `${p95.toFixed(3)} ms (half in ${p50.toFixed(3)})`)
  const figures = `${held} against ${free}, noise ${noisePercent} %, ${turns} turns`
  return `${overheadPercent} %: ${figures}, ${statement.runs} runs: ${shorten(statement.text)}`
}

function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 150)
}
