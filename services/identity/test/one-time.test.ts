import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestClock, type TestApp } from '@fanfare/testkit'
import { issueOneTime, type OneTimeWanted, redeemOneTime } from '../src/accounts/one-time.ts'
import type { Schema } from '../src/store/schema.ts'
import { bootIdentity, buildOwner } from './factories.ts'

let app: TestApp
const clock = createTestClock()
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

const minuteMs = 60_000
const wanted: OneTimeWanted = { purpose: 'invitation', address: 'ada@example.com', about: 'one', lifeMs: 30 * minuteMs }

function issue(overrides: Partial<OneTimeWanted> = {}): Promise<string> {
  return app.db.as<Schema>().transaction((trx) => issueOneTime(app, trx, { ...wanted, ...overrides }))
}

function redeem(token: string, purpose: OneTimeWanted['purpose'] = 'invitation') {
  return app.db.as<Schema>().transaction((trx) => redeemOneTime(app, trx, { purpose, token }))
}

test('GHSA-hc7v-x88r-fmh4, GHSA-rggr-4hvx: of fifty redemptions of a one-time token at once, one succeeds (ASVS 2.3.4)', async () => {
  const token = await issue()
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => redeem(token)))
  const won = outcomes.filter((outcome) => outcome !== undefined)
  assert.equal(won.length, 1)
  assert.deepEqual([won[0]?.accountId, won[0]?.address, won[0]?.about], [undefined, 'ada@example.com', 'one'])
})

test('a re-send ends the token that was sent before', async () => {
  const former = await issue()
  const latest = await issue()
  assert.equal(await redeem(former), undefined)
  assert.ok(await redeem(latest))
})

test('tokens about different things live side by side', async () => {
  const first = await issue({ about: 'first' })
  const second = await issue({ about: 'second' })
  assert.equal((await redeem(first))?.about, 'first')
  assert.equal((await redeem(second))?.about, 'second')
})

test('a token is good for its purpose only, and is not used up by trying another', async () => {
  const token = await issue()
  assert.equal(await redeem(token, 'reset_password'), undefined)
  assert.ok(await redeem(token))
})

test('a token ends when its time is over', async () => {
  const token = await issue()
  clock.advance(30 * minuteMs)
  assert.equal(await redeem(token), undefined)
})

test('a token that was sent to an address ends when the account changes its address, unless it is to undo that', async () => {
  const { userId } = await buildOwner(app)
  const account = { id: userId, emailVersion: 1 }
  const reset = await issue({ purpose: 'reset_password', account })
  const undo = await issue({ purpose: 'undo_email', account, survivesAddress: true })
  await app.db.transaction((trx) =>
    trx.updateTable('identity.account').set({ email_version: 2 }).where('id', '=', userId).execute(),
  )
  assert.equal(await redeem(reset, 'reset_password'), undefined)
  assert.equal((await redeem(undo, 'undo_email'))?.accountId, userId)
})

test('the token is kept as a hash only', async () => {
  const token = await issue()
  const rows = await app.db.transaction((trx) => trx.selectFrom('identity.one_time_token').selectAll().execute())
  assert.ok(rows.length > 0)
  assert.ok(!JSON.stringify(rows).includes(token))
})
