import { Readable } from 'node:stream'
import { csvLine, decodeCursor, encodeCursor, type PageQuery } from '@fanfare/kernel'
import { z } from 'zod'
import { type AuditRecord, recordAudit } from '../contract/audit.ts'
import type { Deps } from '../deps.ts'
import { installation } from '../installation.ts'
import { type AuditFilter, pageEntries } from '../store/audit.ts'
import type { Trail } from './trail.ts'

const exportedAtOnce = 1_000

export type SearchDeps = Pick<Deps, 'db'> & { readonly trail: Pick<Trail, 'append'> }

/** A page of a trail, newest first, with all that has been handed in until now. */
export async function searchAudit(
  { db, trail }: SearchDeps,
  tenantId: string,
  { cursor, limit, ...filter }: PageQuery & AuditFilter,
): Promise<{ rows: AuditRecord[]; nextCursor: string | null }> {
  await trail.append(tenantId)
  const before = decodeCursor(cursor, z.tuple([z.int()]))?.[0]
  const found = await db.withTenant(tenantId, (trx) => pageEntries(trx, tenantId, filter, { before, limit: limit + 1 }))
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return { rows, nextCursor: last === undefined ? null : encodeCursor([last.sequence]) }
}

/** What was done to or by one's own account: the page of the person themselves. */
export function listActivity(deps: SearchDeps, accountId: string, page: PageQuery) {
  return searchAudit(deps, installation, { ...page, target: accountId })
}

export const exportFormats = ['csv', 'ndjson'] as const

/** A trail as a file, newest first, in constant memory. The export leaves an entry itself. */
export async function exportAudit(
  { db, events, trail }: SearchDeps & Pick<Deps, 'events'>,
  tenantId: string,
  { format, ...filter }: AuditFilter & { format: (typeof exportFormats)[number] },
): Promise<Readable> {
  await db.withTenant(tenantId, () =>
    recordAudit(events, { tenantId, action: 'audit.exported', after: { format, ...filter } }),
  )
  await trail.append(tenantId)
  const write = format === 'csv' ? toCsv : (record: AuditRecord) => `${JSON.stringify({ tenantId, ...record })}\n`
  const lines = async function* () {
    if (format === 'csv') yield csvLine(columns.map(([name]) => name))
    for (let before: number | undefined; ; ) {
      const rows = await db.withTenant(tenantId, (trx) =>
        pageEntries(trx, tenantId, filter, { before, limit: exportedAtOnce }),
      )
      if (rows.length > 0) yield rows.map(write).join('')
      if (rows.length < exportedAtOnce) return
      before = rows.at(-1)?.sequence
    }
  }
  return Readable.from(lines())
}

const columns: readonly (readonly [string, (record: AuditRecord) => string | number | null | undefined])[] = [
  ['sequence', ({ sequence }) => sequence],
  ['occurred_at', ({ occurredAt }) => occurredAt],
  ['recorded_at', ({ recordedAt }) => recordedAt],
  ['action', ({ action }) => action],
  ['actor_kind', ({ actor }) => actor.kind],
  ['actor', ({ actor }) => actor.name],
  ['actor_id', ({ actor }) => actor.id],
  ['target_kind', ({ target }) => target?.kind],
  ['target', ({ target }) => target?.name],
  ['target_id', ({ target }) => target?.id],
  ['before', ({ before }) => before && JSON.stringify(before)],
  ['after', ({ after }) => after && JSON.stringify(after)],
  ['address', ({ address }) => address],
  ['user_agent', ({ userAgent }) => userAgent],
  ['operation', ({ operation }) => operation],
  ['request_id', ({ requestId }) => requestId],
  ['previous_hash', ({ previousHash }) => previousHash],
  ['hash', ({ hash }) => hash],
]

function toCsv(record: AuditRecord): string {
  return csvLine(columns.map(([, read]) => String(read(record) ?? '')))
}
