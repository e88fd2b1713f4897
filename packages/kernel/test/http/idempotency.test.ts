import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { can, defineProblems, route } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const problem = defineProblems('idempotency_test', {
  refused: { kind: 'unprocessable', message: 'Refused for good' },
  passing: { kind: 'unavailable', message: 'Not now' },
})

const made = new Map<string, number>()
let gate: Promise<void> | undefined
const outcomes: Record<string, () => void> = {
  refused: () => {
    throw problem('refused')
  },
  passing: () => {
    throw problem('passing')
  },
  broken: () => {
    throw new Error('broken')
  },
}

/** How often a thing was made, by its name. */
const timesMade = (name: string) => made.get(name) ?? 0

const app = await boot([
  mounted([
    route({
      method: 'POST',
      path: '/v1/things',
      name: 'makeThing',
      summary: 'Makes a thing',
      access: can('workspace.write'),
      body: z.object({
        name: z.string(),
        outcome: z.string().optional(),
        options: z.record(z.string(), z.int()).optional(),
      }),
      replies: { 201: z.object({ name: z.string(), number: z.int() }) },
      handler: async ({ body }) => {
        const number = timesMade(body.name) + 1
        made.set(body.name, number)
        await gate
        if (body.outcome) outcomes[body.outcome]?.()
        return { status: 201, body: { name: body.name, number }, headers: { location: `/v1/things/${number}` } }
      },
    }),
  ]),
])
after(() => app.stop())

function poster(role: 'owner' | 'admin' = 'owner', tenantId = app.tenant()) {
  const api = app.as({ tenantId, role })
  return (key: string, body: unknown) => api.post('/v1/things', body, { 'idempotency-key': key })
}

test('a repeated key gets the first reply and makes nothing again, whatever the order of its fields', async () => {
  const post = poster()
  const name = app.tenant()
  const first = await post('k', { name, options: { a: 1, b: 2 } })
  const second = await post('k', { options: { b: 2, a: 1 }, name })
  assert.deepEqual([first.status, first.body], [201, { name, number: 1 }])
  assert.deepEqual([second.status, second.body, second.headers.get('location')], [201, first.body, '/v1/things/1'])
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  assert.equal(timesMade(name), 1)
})

test('a key used for another request is refused', async () => {
  const post = poster()
  await post('k', { name: app.tenant() })
  const other = await post('k', { name: app.tenant() })
  assert.deepEqual([other.status, other.body.code], [409, 'http.idempotency_mismatch'])
})

test('a key belongs to one credential of one workspace', async () => {
  const tenantId = app.tenant()
  const name = app.tenant()
  for (const post of [poster('owner', tenantId), poster('admin', tenantId), poster('owner')]) await post('k', { name })
  assert.equal(timesMade(name), 3)
})

test('a final refusal is kept, a failure that may pass is tried again', async () => {
  const post = poster()
  for (const [outcome, status, times] of [
    ['refused', 422, 1],
    ['passing', 503, 2],
    ['broken', 500, 2],
  ] as const) {
    const name = app.tenant()
    const replies = [await post(name, { name, outcome }), await post(name, { name, outcome })]
    assert.deepEqual(
      replies.map((reply) => reply.status),
      [status, status],
      outcome,
    )
    assert.equal(timesMade(name), times, outcome)
  }
})

test('of many that come at once one runs, and the others are told so', async () => {
  const post = poster()
  const name = app.tenant()
  const hold = Promise.withResolvers<void>()
  gate = hold.promise
  const first = post('k', { name })
  while (timesMade(name) === 0) await new Promise((resolve) => setImmediate(resolve))
  const others = await Promise.all(Array.from({ length: 5 }, () => post('k', { name })))
  hold.resolve()
  gate = undefined
  assert.deepEqual(new Set(others.map(({ body }) => body.code)), new Set(['http.idempotency_running']))
  assert.equal((await first).status, 201)
  assert.equal(timesMade(name), 1)
})

test('a claim whose process died is taken over after a minute', async () => {
  const post = poster()
  const name = app.tenant()
  const hold = Promise.withResolvers<void>()
  gate = hold.promise
  const lost = post('k', { name })
  while (timesMade(name) === 0) await new Promise((resolve) => setImmediate(resolve))
  gate = undefined
  app.clock.advance(61_000)
  const second = await post('k', { name })
  hold.resolve()
  await lost
  assert.deepEqual([second.status, second.body.number], [201, 2])
})

test('a key is forgotten after a day', async () => {
  const post = poster()
  const name = app.tenant()
  await post('k', { name })
  app.clock.advance(24 * 60 * 60_000 + 1)
  await post('k', { name })
  assert.equal(timesMade(name), 2)
})

test('a key that is too long or empty is refused', async () => {
  const post = poster()
  const long = await post('k'.repeat(256), { name: 'x' })
  assert.deepEqual([long.status, long.body.violations[0].path], [400, '/headers/idempotency-key'])
  assert.equal((await post('', { name: 'x' })).status, 400)
  assert.equal((await post('k'.repeat(255), { name: 'x' })).status, 201)
})
