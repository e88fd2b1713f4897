import type { AuditFinding, AuditRecord } from '../contract/audit.ts'
import { beginning, hashOf, type Link } from './chain.ts'
import type { CheckedCheckpoint } from './checkpoints.ts'

/** More would say nothing new: the first one is where to look. */
const mostFindings = 100
/** How far from its place an entry is recognised when its place was changed. */
const reorderWindow = 50

export interface Verdict {
  readonly entries: number
  readonly last: Link
  readonly findings: AuditFinding[]
}

/** At the entry in hand unless it says where. */
type Fault = (Omit<AuditFinding, 'sequence'> & { readonly sequence?: number }) | undefined

/** Reads a trail from its first entry to its last, in order of place, and says whatever does not fit. */
export function createVerifier(tenantId: string, checkpoints: readonly CheckedCheckpoint[]) {
  const findings = checkpoints.filter(({ genuine }) => !genuine).map(({ sequence }) => forged(sequence))
  const signed = hashesByPlace(checkpoints)
  let entries = 0
  let last: Link = beginning
  return {
    take(entry: AuditRecord): void {
      const { sequence, hash, recordedAt } = entry
      const faults = [contentFault(tenantId, entry), ...placeFaults(entry, last), signedFault(entry, signed)]
      for (const fault of faults) if (fault) findings.push({ sequence, ...fault })
      entries += 1
      last = { sequence, hash, recordedAt: new Date(recordedAt) }
    },
    finish(): Verdict {
      const furthest = [...signed.keys()].reduce((most, sequence) => Math.max(most, sequence), 0)
      if (last.sequence < furthest) {
        const text = `The trail ends at entry ${last.sequence}, but entry ${furthest} was signed`
        findings.push({ kind: 'truncated', sequence: last.sequence + 1, text })
      }
      return { entries, last, findings: findings.slice(0, mostFindings) }
    },
  }
}

function contentFault(tenantId: string, entry: AuditRecord): Fault {
  if (hashOf(tenantId, entry) === entry.hash) return undefined
  const { sequence } = entry
  for (let distance = 1; distance <= reorderWindow; distance += 1) {
    for (const place of [sequence - distance, sequence + distance]) {
      if (hashOf(tenantId, { ...entry, sequence: place }) !== entry.hash) continue
      return { kind: 'reordered', text: `Entry ${sequence} was written as entry ${place}` }
    }
  }
  return { kind: 'edited', text: `Entry ${sequence} is not as it was written` }
}

function placeFaults({ sequence, previousHash, recordedAt }: AuditRecord, last: Link): Fault[] {
  const faults: Fault[] = []
  const [first, final] = [last.sequence + 1, sequence - 1]
  if (first <= final) {
    const gone = first === final ? `Entry ${first} was` : `Entries ${first} to ${final} were`
    faults.push({ kind: 'missing', sequence: first, text: `${gone} taken out` })
  } else if (previousHash !== last.hash) {
    const text = `Entry ${sequence} does not follow on entry ${last.sequence}: one of them was replaced`
    faults.push({ kind: 'unlinked', text })
  }
  if (last.recordedAt !== undefined && new Date(recordedAt) < last.recordedAt) {
    const text = `Entry ${sequence} was recorded at ${recordedAt}, before entry ${last.sequence} (${last.recordedAt.toISOString()})`
    faults.push({ kind: 'clock_back', text })
  }
  return faults
}

/** Two checkpoints of one place that differ are a fault too: one of them was signed before the trail was rewritten. */
function signedFault({ sequence, hash }: AuditRecord, signed: ReadonlyMap<number, ReadonlySet<string>>): Fault {
  const expected = signed.get(sequence)
  if (expected === undefined || (expected.size === 1 && expected.has(hash))) return undefined
  return {
    kind: 'rewritten',
    text: `Entry ${sequence} is not the one that was signed: the trail was rewritten up to it`,
  }
}

function hashesByPlace(checkpoints: readonly CheckedCheckpoint[]): Map<number, Set<string>> {
  const hashes = new Map<number, Set<string>>()
  for (const { genuine, sequence, hash } of checkpoints) {
    if (genuine) hashes.set(sequence, (hashes.get(sequence) ?? new Set()).add(hash))
  }
  return hashes
}

function forged(sequence: number): AuditFinding {
  return { kind: 'checkpoint_forged', sequence, text: `The checkpoint at entry ${sequence} has a wrong signature` }
}
