import { createHash } from 'node:crypto'
import type { AuditRecord } from '../contract/audit.ts'
import { canonicalJson } from './canonical-json.ts'

/** Where a chain ends so far. */
export interface Link {
  readonly sequence: number
  readonly hash: string
  readonly recordedAt: Date | undefined
}

export const beginning: Link = { sequence: 0, hash: '0'.repeat(64), recordedAt: undefined }

/** An entry as the chain takes it, before it has its place. */
export type Unchained = Omit<AuditRecord, 'sequence' | 'recordedAt' | 'previousHash' | 'hash'>

/** Clocks of two machines that write to one database differ by less. */
const mostSkewMs = 5_000

/** Gives entries their places after `last`, each bound to the one before it by that one's hash. */
export function chainEntries(tenantId: string, last: Link, entries: readonly Unchained[], now: Date): AuditRecord[] {
  const recordedAt = recordingTime(last, now).toISOString()
  let link = last
  return entries.map((entry) => {
    const place = { ...entry, sequence: link.sequence + 1, recordedAt, previousHash: link.hash }
    const record = { ...place, hash: hashOf(tenantId, place) }
    link = { sequence: record.sequence, hash: record.hash, recordedAt: link.recordedAt }
    return record
  })
}

/** SHA-256 over the canonical JSON of all that an entry says and whose trail it is in, its own hash left out. */
export function hashOf(tenantId: string, { hash: _, ...entry }: Omit<AuditRecord, 'hash'> & { hash?: string }): string {
  return createHash('sha256')
    .update(canonicalJson({ ...entry, tenantId }))
    .digest('hex')
}

/** Never earlier than the entry before, unless the clock was really put back: that must be seen. */
function recordingTime({ recordedAt }: Link, now: Date): Date {
  if (recordedAt === undefined || now >= recordedAt) return now
  return recordedAt.getTime() - now.getTime() <= mostSkewMs ? recordedAt : now
}
