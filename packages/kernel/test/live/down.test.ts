import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Live } from '@fanfare/kernel'
import { boot, findPostgres, openPostgresServer } from '@fanfare/testkit'

const skip = findPostgres() ? false : 'there is no PostgreSQL on this machine to start and crash'

test('a live message while the database is down is lost, and nothing else', { skip }, async () => {
  await using server = await openPostgresServer()
  await using app = await boot([], { config: { db: { url: server.url, dataDir: undefined, seed: undefined } } })
  await server.crash()
  const rejected: unknown[] = []
  const note = (reason: unknown) => rejected.push(reason)
  process.on('unhandledRejection', note)
  app.get(Live).publish(app.tenant(), 'contacts', { type: 'changed' })
  await new Promise((resolve) => setTimeout(resolve, 500))
  process.off('unhandledRejection', note)
  assert.deepEqual(rejected, [])
  await server.start()
})
