import { type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { Workspace, WorkspaceExport } from '../contract/workspaces.ts'
import type { Deps } from '../deps.ts'
import { actingOf, permitted } from './acting.ts'
import { askDeletion, undoDeletion } from './deletion.ts'
import { askExport, deleteExport, listExports, openExport } from './exports.ts'

const ExportParams = z.object({ exportId: z.uuid() })
const archive = 'application/gzip'

/** The export of a whole workspace, and its end. */
export function workspaceEndRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/workspace/exports',
      name: 'listWorkspaceExports',
      summary: 'Lists the exports of the workspace that can still be fetched',
      access: permitted('workspace.own', { people: true }),
      replies: { 200: z.object({ rows: z.array(WorkspaceExport) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listExports(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/workspace/exports',
      name: 'exportWorkspace',
      summary: 'Begins to write everything of the workspace into one file; it can be fetched for 2 days',
      access: permitted('workspace.own', { recent: true, halted: true }),
      replies: { 201: WorkspaceExport },
      creates: false,
      callsPerMinute: 10,
      handler: async ({ caller }) => ({ status: 201, body: await askExport(deps, actingOf(caller)) }),
    }),
    route({
      method: 'GET',
      path: '/v1/workspace/exports/:exportId/file',
      name: 'fetchWorkspaceExport',
      summary: 'Hands out the file of an export: a tar.gz with JSON lines for each table, without secrets',
      access: permitted('workspace.own', { people: true }),
      params: ExportParams,
      replies: { 200: z.string().meta({ contentType: archive }) },
      callsPerMinute: 30,
      handler: async ({ caller, params }) => {
        const { content, bytes } = await openExport(deps, caller.tenantId, params.exportId)
        const headers = {
          'content-type': archive,
          'content-length': String(bytes),
          'content-disposition': `attachment; filename="workspace-${params.exportId}.tar.gz"`,
          'cache-control': 'no-store',
        }
        return { status: 200, body: content as unknown as string, headers }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/workspace/exports/:exportId',
      name: 'deleteWorkspaceExport',
      summary: 'Deletes an export, or stops it',
      access: permitted('workspace.own', { people: true, halted: true }),
      params: ExportParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteExport(deps, caller.tenantId, params.exportId)
        return { status: 204, body: null }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/workspace/deletion',
      name: 'deleteWorkspace',
      summary: 'Sets the workspace to be deleted in 7 days; its name must be typed',
      access: permitted('workspace.own', { recent: true }),
      body: z.object({ name: z.string().max(200) }),
      replies: { 200: Workspace },
      creates: false,
      callsPerMinute: 10,
      handler: async ({ caller, body }) => ({
        status: 200,
        body: await askDeletion(deps, actingOf(caller), body.name),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/workspace/deletion',
      name: 'undoWorkspaceDeletion',
      summary: 'Keeps the workspace that was to be deleted',
      access: permitted('workspace.own', { people: true, halted: true }),
      replies: { 200: Workspace },
      handler: async ({ caller }) => ({ status: 200, body: await undoDeletion(deps, actingOf(caller)) }),
    }),
  ]
}
