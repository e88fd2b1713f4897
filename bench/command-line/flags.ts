import { parseArgs } from 'node:util'

/** Flags as they were given: `--rows=1000` and `--rows 1000` are `{ rows: '1000' }`, `--all` is `{ all: true }`. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>

/** What was asked for cannot be run; the message says what can. */
export class FlagError extends Error {
  override readonly name = 'FlagError'
}

export function readFlags(args: readonly string[]): { readonly flags: Flags; readonly words: readonly string[] } {
  const { values, positionals } = parseArgs({ args: joinValues(args), allowPositionals: true, strict: false })
  return { flags: values as Flags, words: positionals }
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

/** Throws `FlagError` when the flag is given and is no whole number from 1 on. */
export function wholeNumber(flags: Flags, name: string): number | undefined {
  const text = flags[name]
  if (text === undefined) return undefined
  const number = Number(text)
  if (typeof text !== 'string' || !Number.isInteger(number) || number < 1) {
    throw new FlagError(`--${name} must be a whole number from 1 on, for example --${name}=1000; found "${text}".`)
  }
  return number
}

/** Throws `FlagError` when the flag is given and is none of these. */
export function oneOf<Choice extends string>(
  flags: Flags,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const chosen = choices.find((choice) => choice === flags[name])
  if (flags[name] === undefined || chosen !== undefined) return chosen
  throw new FlagError(`--${name} must be one of ${choices.join(', ')}; found "${flags[name]}".`)
}

/** Throws `FlagError` for a flag that is not among those known: a mistyped one would silently change nothing. */
export function assertKnown(flags: Flags, known: readonly string[]): void {
  const strange = Object.keys(flags).find((name) => !known.includes(name))
  if (strange === undefined) return
  throw new FlagError(`There is no --${strange}. There are: ${known.map((name) => `--${name}`).join(', ')}.`)
}
