import type { Accounting } from '@fanfare/delivery/contract'
import { Presets, SingleBar } from 'cli-progress'
import colors from 'picocolors'

/** What a command says while it works: sentences and bars for a person, nothing but the last line with --json. */
export interface Output {
  step(line: string): void
  bar(label: string, total: number): Bar
  /** The last word: a JSON line with --json, else the text. */
  finish(text: string, json: unknown): void
}
export interface Bar {
  /** @param total where it has become another one */
  set(value: number, total?: number): void
  stop(): void
}

/** Bars go to standard error, so that standard output can be piped. */
export function createOutput(json: boolean): Output {
  return {
    step: (line) => void process.stderr.write(`${colors.dim('·')} ${line}\n`),
    bar(label, total) {
      const bar = new SingleBar(
        {
          format: `  ${label.padEnd(10)} {bar} {percentage}% {value}/{total}`,
          stream: process.stderr,
          hideCursor: false,
        },
        Presets.shades_classic,
      )
      bar.start(Math.max(total, 1), 0)
      return {
        set(value, most = total) {
          bar.setTotal(Math.max(most, 1))
          bar.update(value)
        },
        stop: () => bar.stop(),
      }
    },
    finish: (text, value) => void process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`),
  }
}

/** The six numbers of the accounting identity; holdouts are outside it. */
export function accountsOf({ audience, sent, failed, suppressed, pending, unknown }: Accounting) {
  return { audience, sent, failed, suppressed, pending, unknown }
}

/** The accounting identity as a table whose last line adds up. */
export function accountingTable(accounting: Accounting): string {
  const parts = ['sent', 'failed', 'suppressed', 'pending', 'unknown'] as const
  const rows = parts.map((name) => `  ${name.padEnd(12)}${String(accounting[name]).padStart(9)}`)
  const sum = parts.reduce((total, name) => total + accounting[name], 0)
  const verdict = sum === accounting.audience ? colors.green('adds up') : colors.red('does not add up')
  return [
    ...rows,
    `  ${'─'.repeat(21)}`,
    `  ${'audience'.padEnd(12)}${String(accounting.audience).padStart(9)}  ${verdict}`,
  ].join('\n')
}
