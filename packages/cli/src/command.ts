/** One word of the command line. `run` returns the exit code. */
export interface Command {
  /** What follows the name. */
  readonly usage: string
  readonly about: string
  readonly details?: string
  run(words: readonly string[]): Promise<number>
}

/** The call was not understood: exit code 2 and the usage line. */
export class UsageError extends Error {}

/** The one word that a command takes besides its options; `missing` says what it is. */
export function onlyWord([word, extra]: readonly string[], missing: string): string {
  if (word === undefined) throw new UsageError(missing)
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many. A name with spaces needs quotes.`)
  return word
}
