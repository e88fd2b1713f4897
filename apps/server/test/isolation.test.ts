import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Db, unsecuredTables } from '@fanfare/kernel'
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
