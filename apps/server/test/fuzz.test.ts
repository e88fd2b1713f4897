import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, fuzzApi } from '@fanfare/testkit'
import { openHouse } from './house.ts'

test('ten thousand requests made from the document get no 5xx and no failure without a code', async () => {
  await using house = await openHouse()
  const { tenantId, key } = await house.openWorkspace('Fuzz')
  const anonymous = createClient(house.url, () => ({}))
  const client = createClient(house.url, () => ({ authorization: `Bearer ${key}` }))

  const report = await fuzzApi({ anonymous, as: () => client }, { tenantId, client, requests: 10_000, seed: 7 })

  assert.equal(report.requests, 10_000)
  assert.deepEqual(report.serverErrors, [])
  assert.deepEqual(report.strangeErrors, [])
  assert.ok(
    (report.byStatus['200'] ?? 0) > 500,
    `hardly any request was understood: ${JSON.stringify(report.byStatus)}`,
  )
})
