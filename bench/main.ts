import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'

/** Flags of a bench: `--rows=1000` is `{ rows: '1000' }`, `--all` is `{ all: true }`. */
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

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, strict: false })
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
