import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissions } from '@fanfare/identity/contract'
import { Http } from '@fanfare/kernel'
import { openHouse } from './house.ts'

test('every permission that a route asks for is in the table, and every one in the table is asked for', async () => {
  await using house = await openHouse()
  const asked = new Set(
    house.app
      .get(Http)
      .routes()
      .flatMap(({ access }) => (access.kind === 'can' ? [access.permission] : [])),
  )
  const known = new Set(Object.keys(permissions))
  assert.deepEqual(asked.difference(known), new Set(), 'Add them to services/identity/src/permissions.ts')
  assert.deepEqual(known.difference(asked), new Set(), 'Nobody asks for these: take them out of the table')
})

test('the document names every route, and every reply has a schema', async () => {
  await using house = await openHouse()
  const document = (await (await fetch(`${house.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string; responses: object }>>
  }
  const documented = Object.values(document.paths).flatMap((path) => Object.values(path))
  const names = new Set(documented.map(({ operationId }) => operationId))
  for (const { name, replies } of house.app.get(Http).routes()) {
    assert.ok(names.has(name), `${name} is not in the document`)
    assert.ok(Object.keys(replies).length > 0, `${name} says nothing of its reply`)
  }
})
