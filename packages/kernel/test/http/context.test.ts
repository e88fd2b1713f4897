import assert from 'node:assert/strict'
import { test } from 'node:test'
import { can, createLogger, currentContext, database, Http, http, route, start } from '@fanfare/kernel'
import { createClient, createTestDatabase, testIdentity, tokenOf } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const whereAmI = route({
  method: 'GET',
  path: '/v1/context/:id',
  name: 'getContext',
  summary: 'Says under what it runs',
  access: can('workspace.read'),
  params: z.object({ id: z.string() }),
  replies: { 200: z.record(z.string(), z.string()) },
  handler: async ({ log, params }) => {
    log.info({ id: params.id }, 'in the handler')
    if (params.id === 'broken') throw new Error('the disk is full')
    return { status: 200, body: currentContext()?.logFields() ?? {} }
  },
})

test('work and its log lines carry the request, workspace and trace they belong to', async () => {
  const own = await createTestDatabase()
  const lines: Record<string, unknown>[] = []
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const config = { db: own.config, http: { port: 0 } }
  const app = await start([database(), http(), testIdentity, mounted([whereAmI])], { config, log })
  try {
    const tenantId = crypto.randomUUID()
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const client = createClient(app.get(Http).localUrl, () => ({
      authorization: `Bearer ${tokenOf({ tenantId, role: 'viewer' })}`,
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      'x-request-id': 'order-4711',
    }))
    const expected = { requestId: 'order-4711', operation: 'GET /v1/context/:id', tenantId, traceId }
    assert.deepEqual((await client.get('/v1/context/7')).body, expected)
    const inside = lines.find(({ msg }) => msg === 'in the handler')
    assert.deepEqual({ ...inside, ...expected }, inside)
    const access = lines.find(({ msg }) => msg === 'request')
    assert.deepEqual([access?.operation, access?.status, access?.requestId], [expected.operation, 200, 'order-4711'])

    await client.get('/v1/context/broken')
    const failures = lines.filter(({ level }) => level === 50) as { err: { stack: string }; requestId: string }[]
    assert.equal(failures.length, 1, 'a failure is logged once')
    assert.match(failures[0]?.err.stack ?? '', /the disk is full[\s\S]*context\.test\.ts/)
    assert.equal(failures[0]?.requestId, 'order-4711')
  } finally {
    await app.stop()
    await own.drop()
  }
})
