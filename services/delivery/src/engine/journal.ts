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
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome } from './outcomes.ts'

/** A database kept in memory has no folder; its journals are of no use to anybody after it either. */
export function journalFolder({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir.startsWith('memory:') ? tmpdir() : dataDir, 'delivery-journals')
}

/** The batch that a claim has in hand. */
export interface JournalHead {
  readonly tenantId: string
  readonly batchId: string
}

/**
 * What one claim has put on the wire, written beside the database so that a killed process leaves no more in doubt than the
 * messages its connections were carrying. Not synced to disk: it outlives the process, not the machine, and is believed
 * only on the boot it was written in.
 */
export interface Journal {
  /** Before the first byte of the delivery at this place. */
  begin(position: number): void
  /** Written with the next beginning, or when the process next has nothing at hand. */
  end(position: number, outcome: Outcome): void
  close(): void
  /** When every outcome is in the database. */
  remove(): void
}

/** How far a delivery got under a claim. */
export type Progress =
  | { readonly kind: 'not_begun' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'ended'; outcome: Outcome }

/** Journals of one process that have noted what is not written yet. */
export type Unwritten = Set<() => void>

/**
 * @param unwritten of all journals of the process: a connection goes from one batch to the next, and what it noted in the
 * one must be written before it begins in the other, or a kill leaves two of its messages in doubt
 */
export function openJournal(
  folder: string,
  claimId: string,
  head: JournalHead,
  unwritten: Unwritten = new Set(),
): Journal {
  mkdirSync(folder, { recursive: true })
  let file: number | undefined = openSync(pathOf(folder, claimId), 'w', 0o600)
  let noted = `${JSON.stringify({ ...placeOf(), ...head })}\n`
  const write = () => {
    // One write for whole lines: a kill leaves at most a torn end.
    if (file !== undefined && noted !== '') writeSync(file, noted)
    noted = ''
    unwritten.delete(write)
  }
  const close = () => {
    write()
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  write()
  return {
    begin(position) {
      for (const writeOther of unwritten) if (writeOther !== write) writeOther()
      noted += `[${position}]\n`
      write()
    },
    end(position, outcome) {
      noted += `${JSON.stringify([position, outcome])}\n`
      if (unwritten.has(write)) return
      unwritten.add(write)
      setImmediate(write)
    },
    close,
    remove() {
      close()
      removeJournal(folder, claimId)
    },
  }
}

/** What a journal tells, and of whom. */
export interface JournalRecord extends JournalHead {
  /** `elsewhere`: another container of this machine, whose processes cannot be seen from here. */
  readonly writer: 'dead' | 'alive' | 'elsewhere'
  progressOf(position: number): Progress
}

/**
 * Reads what a claim did, or undefined when that cannot be known here: no file, or one of another boot.
 * @param isOurs whether this very process works on the claim right now
 */
export function readJournal(folder: string, claimId: string, isOurs: boolean): JournalRecord | undefined {
  const [head, ...lines] = parseLines(readText(pathOf(folder, claimId)))
  const written = head as (Partial<Place> & Partial<JournalHead>) | undefined
  const place = placeOf()
  if (place.boot === '' || written?.boot !== place.boot) return undefined
  const { pid, tenantId, batchId } = written
  if (pid === undefined || tenantId === undefined || batchId === undefined) return undefined
  const progress = new Map<number, Progress>()
  for (const [position, outcome] of lines as [number, Outcome?][]) {
    progress.set(position, outcome === undefined ? { kind: 'begun' } : { kind: 'ended', outcome })
  }
  const isRunning = pid === place.pid ? isOurs : isAlive(pid)
  return {
    tenantId,
    batchId,
    writer: written.namespace !== place.namespace ? 'elsewhere' : isRunning ? 'alive' : 'dead',
    progressOf: (position) => progress.get(position) ?? { kind: 'not_begun' },
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
