import { can, PageQuery, pageOf, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { Import, StartImport } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { cancelImport, downloadRejects, getImport, listImports } from '../imports/imports.ts'
import { startImport } from '../imports/start.ts'
import { uploadImport } from '../imports/upload.ts'
import { csvHeaders, pageBody, pageFrom } from './paging.ts'

const ImportParams = z.object({ importId: z.uuid() })
const read = can('contacts.read')
const write = can('contacts.write')
/** What browsers call a CSV file: on Windows with Excel it is one of Excel's. */
const contentTypes = [
  'text/csv',
  'text/plain',
  'text/tab-separated-values',
  'application/csv',
  'application/vnd.ms-excel',
  'application/octet-stream',
]

export function importRoutes(deps: Deps): Route[] {
  return [...runRoutes(deps), ...readRoutes(deps)]
}

function runRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/imports',
      name: 'uploadImport',
      summary: 'Uploads a table of contacts and proposes what its columns become',
      access: write,
      query: z.object({ fileName: z.string().trim().min(1).max(255) }),
      replies: { 201: Import },
      upload: { contentTypes, maxBytes: deps.config.importMaxBytes },
      creates: false,
      handler: async ({ caller, query, stream }) => ({
        status: 201,
        body: await uploadImport(deps, caller.tenantId, { fileName: query.fileName, stream }),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/imports/:importId/start',
      name: 'startImport',
      summary: 'Confirms columns and consent, and starts the import',
      access: write,
      params: ImportParams,
      body: StartImport,
      replies: { 200: Import },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await startImport(deps, caller.tenantId, params.importId, body),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/imports/:importId/cancel',
      name: 'cancelImport',
      summary: 'Stops an import; contacts already written stay',
      access: write,
      params: ImportParams,
      replies: { 200: Import },
      creates: false,
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await cancelImport(deps, caller.tenantId, params.importId),
      }),
    }),
  ]
}

function readRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/imports',
      name: 'listImports',
      summary: 'Lists imports, newest first',
      access: read,
      query: PageQuery,
      replies: { 200: pageOf(Import) },
      handler: async ({ caller, query }) => ({
        status: 200,
        body: pageBody(await listImports(deps, caller.tenantId, pageFrom(query))),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/imports/:importId',
      name: 'getImport',
      summary: 'Shows an import and how far it is',
      access: read,
      params: ImportParams,
      replies: { 200: Import },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await getImport(deps, caller.tenantId, params.importId),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/imports/:importId/rejects',
      name: 'downloadRejects',
      summary: 'Downloads the rows that were refused, with the reason of each',
      access: read,
      params: ImportParams,
      replies: { 200: z.any().describe('CSV') },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await downloadRejects(deps, caller.tenantId, params.importId),
        headers: csvHeaders('rejected-rows.csv'),
      }),
    }),
  ]
}
