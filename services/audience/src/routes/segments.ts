import { can, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { Contact, NewSegment, Segment, SegmentRules } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { countSegment, createSegment, deleteSegment, getSegment, listSegments, updateSegment } from '../segments.ts'

const SegmentParams = z.object({ segmentId: z.uuid() })
const read = can('contacts.read')
const write = can('contacts.write')

export function segmentRoutes(deps: Deps): Route[] {
  return [...collectionRoutes(deps), ...segmentRoutesById(deps)]
}

function collectionRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/segments',
      name: 'listSegments',
      summary: 'Lists the segments by name',
      access: read,
      replies: { 200: z.object({ rows: z.array(Segment) }) },
      handler: async ({ caller }) => ({ status: 200, body: { rows: await listSegments(deps, caller.tenantId) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/segments',
      name: 'createSegment',
      summary: 'Keeps rules under a name',
      access: write,
      body: NewSegment,
      replies: { 201: Segment },
      handler: async ({ caller, body }) => ({ status: 201, body: await createSegment(deps, caller.tenantId, body) }),
    }),
    route({
      method: 'POST',
      path: '/v1/segments/count',
      name: 'countSegment',
      summary: 'Counts the contacts that rules take, and shows a few',
      access: read,
      body: z.object({ rules: SegmentRules }),
      replies: { 200: z.object({ count: z.int(), tookMs: z.int(), sample: z.array(Contact) }) },
      creates: false,
      handler: async ({ caller, body }) => ({
        status: 200,
        body: await countSegment(deps, caller.tenantId, body.rules),
      }),
    }),
  ]
}

function segmentRoutesById(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/segments/:segmentId',
      name: 'getSegment',
      summary: 'Shows a segment',
      access: read,
      params: SegmentParams,
      replies: { 200: Segment },
      handler: async ({ caller, params }) => ({
        status: 200,
        body: await getSegment(deps, caller.tenantId, params.segmentId),
      }),
    }),
    route({
      method: 'PUT',
      path: '/v1/segments/:segmentId',
      name: 'updateSegment',
      summary: 'Replaces the name and rules of a segment',
      access: write,
      params: SegmentParams,
      body: NewSegment,
      replies: { 200: Segment },
      handler: async ({ caller, params, body }) => ({
        status: 200,
        body: await updateSegment(deps, caller.tenantId, params.segmentId, body),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/segments/:segmentId',
      name: 'deleteSegment',
      summary: 'Deletes a segment; its contacts stay',
      access: write,
      params: SegmentParams,
      replies: { 204: z.null() },
      handler: async ({ caller, params }) => {
        await deleteSegment(deps, caller.tenantId, params.segmentId)
        return { status: 204, body: null }
      },
    }),
  ]
}
