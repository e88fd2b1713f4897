import { can, PageQuery, pageOf, type Route, route, signedIn } from '@fanfare/kernel'
import { z } from 'zod'
import { AuditRecord, AuditVerification } from '../contract/audit.ts'
import type { Permission } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { exportAudit, exportFormats, listActivity, type SearchDeps, searchAudit } from './search.ts'
import { type VerifyDeps, verifyTrail } from './verify.ts'

const read = can<Permission>('audit.read')

const Moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional()

const Filter = z.object({
  actor: z.string().min(1).max(320).optional().describe('Id or name of who did it: the address of a person'),
  target: z.string().min(1).max(320).optional().describe('Id or name of what it was done to'),
  action: z.string().min(1).max(100).optional().describe('The action or how it begins: `api_key.`'),
  since: Moment.describe('Done at this moment or later'),
  until: Moment.describe('Done before this moment'),
})

export function auditRoutes(deps: SearchDeps & VerifyDeps & Pick<Deps, 'events'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/audit',
      name: 'listAudit',
      summary: 'Lists what was done in the workspace, newest first',
      access: read,
      query: PageQuery.extend(Filter.shape),
      replies: { 200: pageOf(AuditRecord) },
      handler: async ({ caller, query }) => ({ status: 200, body: await searchAudit(deps, caller.tenantId, query) }),
    }),
    route({
      method: 'GET',
      path: '/v1/audit/export',
      name: 'exportAudit',
      summary: 'Downloads the audit trail as CSV or as lines of JSON, which can be verified without us',
      access: read,
      query: Filter.extend({ format: z.enum(exportFormats).default('csv') }),
      replies: { 200: z.any().describe('CSV, or a JSON object a line') },
      callsPerMinute: 20,
      handler: async ({ caller, query }) => ({
        status: 200,
        body: await exportAudit(deps, caller.tenantId, query),
        headers: downloadHeaders(query.format),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/audit/verification',
      name: 'verifyAudit',
      summary: 'Reads the whole audit trail and says whether anything in it was changed, taken out or moved',
      access: read,
      replies: { 200: AuditVerification },
      callsPerMinute: 10,
      handler: async ({ caller }) => ({ status: 200, body: await verifyTrail(deps, caller.tenantId) }),
    }),
    route({
      method: 'GET',
      path: '/v1/me/activity',
      name: 'listActivity',
      summary: "Lists what was done with the caller's account: signing in, refused tries, new passwords",
      access: signedIn(),
      query: PageQuery,
      replies: { 200: pageOf(AuditRecord) },
      handler: async ({ caller, query }) => ({ status: 200, body: await listActivity(deps, caller.userId, query) }),
    }),
  ]
}

function downloadHeaders(format: (typeof exportFormats)[number]): Record<string, string> {
  return {
    'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
    'content-disposition': `attachment; filename="audit.${format}"`,
    'cache-control': 'no-store',
  }
}
