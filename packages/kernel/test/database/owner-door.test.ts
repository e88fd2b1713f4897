import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Engine } from '../../src/database/engine.ts'
import { openOwnerDoor } from '../../src/database/owner-door.ts'
import type { Transactions } from '../../src/database/transactions.ts'

test('a notice to a server that is away harms nobody', async () => {
  let tried = 0
  const engine = {
    kind: 'postgresql',
    notify: () => {
      tried++
      return Promise.reject(new Error('connect ECONNREFUSED'))
    },
  } as unknown as Engine
  const transactions = { current: () => undefined, afterCommit: (run: () => void) => run() } as unknown as Transactions
  const door = openOwnerDoor(engine, transactions, () => {})
  await door.notify('channel', 'payload')
  // An unhandled rejection would end this process, and the test with it.
  await turn()
  assert.equal(tried, 1)
})
