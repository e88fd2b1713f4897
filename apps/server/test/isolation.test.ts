import assert from 'node:assert/strict'
import { test } from 'node:test'
import { can, Db, defineService, Http, route, token, unsecuredTables } from '@fanfare/kernel'
import { z } from 'zod'
import { openHouse } from './house.ts'
import { runIsolation } from './isolation/isolation.ts'

test('a stranger with the owner’s ids gets what is said of missing things, on every route', async () => {
  const { routes, covered, leaks, findings } = await runIsolation()
  assert.deepEqual(findings, [])
  assert.equal(covered, routes)
  assert.equal(leaks, 0)
})

test('every table with a tenant column has forced row security that reads and writes alike', async () => {
  await using house = await openHouse()
  assert.deepEqual(await unsecuredTables(house.app.get(Db)), [])
})

test('a route that answers for any id, and one with an id nobody thought of, are found', async () => {
  const careless = defineService({
    provides: token<object>()('careless'),
    needs: { http: Http },
    start({ http }) {
      const access = can('contacts.read')
      const replies = { 200: z.object({ id: z.string() }) }
      http.mount('careless', [
        route({
          method: 'GET',
          path: '/v1/careless/:contactId',
          name: 'getCareless',
          summary: 'Answers for any contact',
          access,
          params: z.object({ contactId: z.uuid() }),
          replies,
          handler: async ({ params }) => ({ status: 200, body: { id: params.contactId } }),
        }),
        route({
          method: 'GET',
          path: '/v1/careless/things/:thingId',
          name: 'getCarelessThing',
          summary: 'Has an id without a case',
          access,
          params: z.object({ thingId: z.string() }),
          replies,
          handler: async ({ params }) => ({ status: 200, body: { id: params.thingId } }),
        }),
      ])
      return {}
    },
  })

  const { routes, covered, leaks } = await runIsolation([careless])

  assert.equal(covered, routes - 1)
  assert.ok(leaks > 0)
})
