import { queryOptions } from '@tanstack/react-query'
import { download, fanfare, given, take, withQuery } from './call.ts'
import { pagedQuery } from './pages.ts'
import type { AuditRecord } from './types.ts'

export interface AuditFilter {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

export const auditPath = '/v1/audit'
export const auditQuery = (filter: AuditFilter) =>
  pagedQuery<AuditRecord>(auditPath, filter, (page, signal) =>
    take(fanfare.GET('/v1/audit', { params: { query: { ...given(filter), ...page } }, signal })),
  )

/** Asked for by a button, never by itself: it reads the whole trail. */
export const verificationQuery = queryOptions({
  queryKey: ['audit-verification'],
  queryFn: ({ signal }) => take(fanfare.GET('/v1/audit/verification', { signal })),
  enabled: false,
  gcTime: 0,
})

export const exportAudit = (format: 'csv' | 'ndjson', filter: AuditFilter) =>
  download(withQuery('/v1/audit/export', { format, ...filter }), `audit.${format}`)
