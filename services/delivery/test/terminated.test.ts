import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readEnvironment } from '@fanfare/kernel'
import { sql } from 'kysely'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, ledgerOf, openStage, type Stage, senderTo, sumOf } from './stage.ts'

const people = 3_000
const skip = readEnvironment().DATABASE_URL
  ? false
  : 'only PostgreSQL has connections that can be ended: set DATABASE_URL'

let stage: Stage
before(async () => {
  if (!skip) stage = await openStage()
})
after(() => stage?.[Symbol.asyncDispose]())

/** Ends every connection to the database, that of the question included. */
async function endConnections(): Promise<void> {
  const ending = stage.app.db.transaction((trx) =>
    sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
      union all select pg_terminate_backend(pg_backend_pid())
    `.execute(trx),
  )
  await assert.rejects(ending)
}

test('every connection to the database ended again and again: nobody lost, nobody twice, nobody in doubt', {
  skip,
}, async () => {
  await using sink = await openSink((at) => (at === 'content' ? 8 : undefined))
  const campaign = await buildCampaign(stage, { count: people, sender: senderTo(sink.port) })
  await stage.engine.startDispatch(campaign)
  let ended = 0
  while (sink.messages.length < people) {
    await sleep(400)
    if (sink.messages.length === people) break
    await endConnections()
    ended++
    assert.ok(ended < 200, `${sink.messages.length} of ${people} after ${ended} times`)
  }
  const final = await eventually(
    () => stage.engine.getAccounting(campaign).catch(() => undefined),
    (accounting) => accounting?.pending === 0,
    60_000,
  )
  assert.ok(ended >= 5, `${ended} times`)
  assert.ok(final)
  assert.deepEqual([final.sent, final.unknown, sumOf(final)], [people, 0, people])
  assert.equal(sink.messages.length, people)
  assert.equal(new Set(sink.messages.map(({ recipient }) => recipient)).size, people)
  const rows = await ledgerOf(stage, campaign)
  assert.deepEqual([rows.length, rows.filter(({ state }) => state !== 'accepted')], [people, []])
})
