import { readdir } from 'node:fs/promises'
import { FlagError, type Flags, readFlags } from './command-line/flags.ts'

/** Flags of a bench. */
export type BenchOptions = Flags

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
  const { flags, words } = readFlags(process.argv.slice(2))
  const [name] = words
  const names = await benchNames()
  if (name === undefined || !names.includes(name)) {
    const problem = name === undefined ? 'Which bench?' : `There is no bench '${name}'.`
    console.error(`${problem} npm run bench -- <name> [--flags]; there are: ${names.join(', ')}`)
    process.exitCode = 2
    return
  }
  const bench = (await import(`./${name}.ts`)) as Bench
  try {
    await bench.run(flags)
  } catch (error) {
    if (!(error instanceof FlagError)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}

await main()
