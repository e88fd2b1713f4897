import assert from 'node:assert/strict'
import { test } from 'node:test'
import { can, defineService, Http, route, token } from '@fanfare/kernel'
import { boot, fuzzApi } from '@fanfare/testkit'
import { z } from 'zod'

const Thing = z.object({
  name: z.string().min(1).max(50),
  kind: z.enum(['list', 'segment']),
  weight: z.int().min(0).max(10).optional(),
  tags: z.array(z.string()).max(3).default([]),
  owner: z.email().nullable(),
})

/** One route that takes what its schema says, and one that breaks on a name it did not think of. */
function things() {
  const shared = { access: can('workspace.write'), replies: { 200: z.object({ ok: z.boolean() }) } }
  return defineService({
    provides: token<object>()('things'),
    needs: { http: Http },
    start({ http }) {
      http.mount('things', [
        route({
          ...shared,
          method: 'PUT',
          path: '/v1/things/:thingId',
          name: 'putThing',
          summary: 'Careful',
          params: z.object({ thingId: z.uuid() }),
          query: z.object({ limit: z.coerce.number().int().max(9).optional() }),
          body: Thing,
          handler: async () => ({ status: 200, body: { ok: true } }),
        }),
        route({
          ...shared,
          method: 'PATCH',
          path: '/v1/things/:thingId',
          name: 'patchThing',
          summary: 'Careless',
          params: z.object({ thingId: z.string() }),
          body: Thing,
          handler: async ({ body }) => {
            if (body.name.includes('{{')) throw new Error('no template expected')
            return { status: 200, body: { ok: true } }
          },
        }),
      ])
      return {}
    },
  })
}

test('the fuzzer reaches good and bad replies, and finds the route that breaks', async () => {
  await using app = await boot([things()])
  const report = await fuzzApi(app, { tenantId: app.tenant(), requests: 2_000, seed: 7 })
  assert.equal(report.requests, 2_000)
  assert.ok((report.byStatus[200] ?? 0) > 200, JSON.stringify(report.byStatus))
  assert.ok((report.byStatus[400] ?? 0) > 200, JSON.stringify(report.byStatus))
  assert.deepEqual(new Set(report.serverErrors.map(({ request }) => request.operationId)), new Set(['patchThing']))
  assert.deepEqual(report.strangeErrors, [])
})

test('the routes of the kernel itself answer ten thousand generated requests without failing', async () => {
  await using app = await boot([])
  const report = await fuzzApi(app, { tenantId: app.tenant(), requests: 10_000, seed: 1 })
  assert.deepEqual(report.serverErrors, [])
  assert.deepEqual(report.strangeErrors, [])
})
