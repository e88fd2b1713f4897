import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'

/** Flags of a bench: `--rows=1000` and `--rows 1000` are `{ rows: '1000' }`, `--all` is `{ all: true }`. */
export type BenchOptions = Readonly<Record<string, string | boolean | undefined>>

interface Bench {
  /** Prints one line of JSON. */
  run(options: BenchOptions): Promise<void>
}

async function benchNames(): Promise<string[]> {
  const files = await readdir(import.meta.dirname)
  return files
    .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}

/** `--rows 1000` as `--rows=1000`: a parser that does not know the flags takes the value for a word of its own. */
function joinValues(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const last = joined.at(-1)
    if (last?.startsWith('--') && !last.includes('=') && !arg.startsWith('-'))
      joined[joined.length - 1] = `${last}=${arg}`
    else joined.push(arg)
  }
  return joined
}

async function main(): Promise<void> {
  const args = joinValues(process.argv.slice(2))
  const { values, positionals } = parseArgs({ args, allowPositionals: true, strict: false })
  const [name] = positionals
  const names = await benchNames()
  if (name === undefined || !names.includes(name)) {
    const problem = name === undefined ? 'Which bench?' : `There is no bench '${name}'.`
    console.error(`${problem} npm run bench -- <name> [--flags]; there are: ${names.join(', ')}`)
    process.exitCode = 2
    return
  }
  const bench = (await import(`./${name}.ts`)) as Bench
  await bench.run(values)
}

await main()
