import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from './outcomes.ts'

/**
 * What one claim has put on the wire, written beside the database so that a killed process leaves no more in doubt than the
 * messages its connections were carrying. Not synced to disk: it outlives the process, not the machine, and is believed
 * only on the boot it was written in.
 */
export interface Journal {
  /** Before the first byte of a message. */
  begin(deliveryId: string): void
  end(deliveryId: string, outcome: Outcome): void
  close(): void
  /** When every outcome is in the database. */
  remove(): void
}

/** How far a delivery got under a claim. */
export type Progress =
  | { readonly kind: 'not_begun' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'ended'; outcome: Outcome }

export function openJournal(folder: string, claimId: string): Journal {
  mkdirSync(folder, { recursive: true })
  const path = pathOf(folder, claimId)
  let file: number | undefined = openSync(path, 'a', 0o600)
  const write = (line: unknown) => {
    // One write a line: a kill in between leaves whole lines and at most one torn end.
    if (file !== undefined) writeSync(file, `${JSON.stringify(line)}\n`)
  }
  const close = () => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  write(placeOf())
  return {
    begin: (deliveryId) => write([deliveryId]),
    end: (deliveryId, outcome) => write([deliveryId, outcome]),
    close,
    remove() {
      close()
      removeJournal(folder, claimId)
    },
  }
}

/** What a journal tells, and of whom. */
export interface JournalRecord {
  /** `elsewhere`: another container of this machine, whose processes cannot be seen from here. */
  readonly writer: 'dead' | 'alive' | 'elsewhere'
  progressOf(deliveryId: string): Progress
}

/**
 * Reads what a claim did, or undefined when that cannot be known here: no file, or one of another boot.
 * @param isOurs whether this very process works on the claim right now
 */
export function readJournal(folder: string, claimId: string, isOurs: boolean): JournalRecord | undefined {
  const [head, ...lines] = parseLines(readText(pathOf(folder, claimId)))
  const written = head as Partial<Place> | undefined
  const place = placeOf()
  if (place.boot === '' || written?.boot !== place.boot || written.pid === undefined) return undefined
  const progress = new Map<string, Progress>()
  for (const line of lines as [string, Outcome?][]) {
    progress.set(line[0], line[1] === undefined ? { kind: 'begun' } : { kind: 'ended', outcome: line[1] })
  }
  const isRunning = written.pid === place.pid ? isOurs : isAlive(written.pid)
  return {
    writer: written.namespace !== place.namespace ? 'elsewhere' : isRunning ? 'alive' : 'dead',
    progressOf: (deliveryId) => progress.get(deliveryId) ?? { kind: 'not_begun' },
  }
}

/** The claims that journals lie here for. */
export function listJournals(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => (name.endsWith('.journal') ? [name.slice(0, -'.journal'.length)] : []))
}

export function removeJournal(folder: string, claimId: string): void {
  rmSync(pathOf(folder, claimId), { force: true })
}

function pathOf(folder: string, claimId: string): string {
  return join(folder, `${claimId}.journal`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function parseLines(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })
}

/** Which process on which boot of which machine. */
interface Place {
  readonly boot: string
  readonly namespace: string
  readonly pid: number
}

let here: Place | undefined
/** The boot is empty where the system does not tell it; then no journal is believed. */
function placeOf(): Place {
  here ??= { boot: readText('/proc/sys/kernel/random/boot_id').trim(), namespace: pidNamespace(), pid: process.pid }
  return here
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
