import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPostgres, openPostgresServer } from '@fanfare/testkit'
import pg from 'pg'

test('a PostgreSQL of its own keeps what was committed through a crash', async (t) => {
  if (findPostgres() === undefined) return t.skip('there is no PostgreSQL on this machine')
  await using server = await openPostgresServer()
  assert.deepEqual(await ask(server.url, 'show synchronous_commit'), [{ synchronous_commit: 'on' }])
  await ask(server.url, 'create table kept as select 7 as seven')

  await server.crash()
  await assert.rejects(ask(server.url, 'select 1'), /ECONNREFUSED/)
  await server.start()

  assert.deepEqual(await ask(server.url, 'select seven from kept'), [{ seven: 7 }])
})

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
