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
