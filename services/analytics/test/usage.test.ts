import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bootAnalytics, type World } from './factories.ts'

let world: World
before(async () => {
  world = await bootAnalytics()
})
after(() => world[Symbol.asyncDispose]())

test('usage puts what the services count beside what the workspace may use', async () => {
  const tenantId = world.app.tenant()
  const { status, body } = await world.app.as({ tenantId, role: 'viewer' }).get('/v1/usage')
  assert.equal(status, 200)
  const used = Object.fromEntries(body.rows.map((row: { name: string; used: number | null }) => [row.name, row.used]))
  assert.deepEqual(used, {
    contacts: 0,
    sendsPerMonth: 7,
    storageBytes: 1_500,
    seats: 1,
    requestsPerMinute: null,
    aiUsdPerMonth: 1.25,
  })
  assert.ok(body.rows.every(({ allowed }: { allowed: number | null }) => allowed === null))
  assert.match(body.since, /-01T00:00:00.000Z$/)
})

test('a program that only sends, and nobody, do not see usage', async () => {
  const tenantId = world.app.tenant()
  assert.equal((await world.app.as({ tenantId, role: 'sender' }).get('/v1/usage')).status, 403)
  assert.equal((await world.app.anonymous.get('/v1/usage')).status, 401)
})
