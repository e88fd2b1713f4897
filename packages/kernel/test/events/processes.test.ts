import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { internalsOf } from '../../src/database/internals.ts'
import { type EventsSchema, sweep } from '../../src/events/store.ts'
import { createKeptDatabase, createPlainlyOwnedDatabase, isEmbedded } from './kept-database.ts'
import { Noted } from './probe.ts'
import { type EventsAppOptions, startEvents } from './running.ts'

const record: EventsAppOptions['subscribe'] = ({ events, probe }) =>
  events.on(Noted, 'probe.record', (event) => probe.record(event.tenantId, event.data.noteId))

type App = Awaited<ReturnType<typeof startEvents>>

async function recordedOf(app: App, tenantId: string, count: number): Promise<string[]> {
  for (;;) {
    const recorded = await app.probe.recorded(tenantId)
    if (recorded.length >= count) return recorded
    await sleep(10)
  }
}

function sweepNow(app: App, retentionDays: number): Promise<void> {
  return internalsOf(app.db).ownerTransaction(({ trx }) => sweep(trx as Transaction<EventsSchema>, retentionDays))
}

test('an event published where nobody listens waits for the process that does', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  await (await startEvents({ db: database.config, subscribe: record })).stop()

  const tenantId = randomUUID()
  const publisher = await startEvents({ db: database.config })
  await publisher.probe.publish(tenantId, 'a')
  await publisher.events.drain()
  assert.deepEqual(await publisher.probe.recorded(tenantId), [])
  await publisher.stop()

  await using listener = await startEvents({ db: database.config, subscribe: record })
  assert.deepEqual(await recordedOf(listener, tenantId, 1), ['a'])
})

test('events swept after their time leave dead letters and waiting ones in place', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const tenantId = randomUUID()
  const fail = { tries: 0 }
  await using app = await startEvents({
    db: database.config,
    events: { attemptLimit: 1 },
    subscribe: ({ events, probe }) => {
      events.on(Noted, 'probe.record', (event) => probe.record(event.tenantId, event.data.noteId))
      events.on(Noted, 'probe.fail', async ({ data }) => {
        fail.tries += 1
        if (data.noteId === 'broken') throw new Error('no')
      })
    },
  })
  await app.probe.publish(tenantId, 'broken', 'fine')
  await app.events.drain()
  const internals = internalsOf(app.db)
  await sweepNow(app, 1)
  const left = async () =>
    (await internals.query<{ data: { noteId: string } }>('select data from kernel_events.outbox order by id')).rows
  assert.equal((await left()).length, 2)
  await sweepNow(app, 0)
  assert.deepEqual(
    (await left()).map(({ data }) => data.noteId),
    ['broken'],
  )
  assert.equal((await app.events.deadLetters()).length, 1)
})

test('two processes share the work: each event is handled once, by either', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  if (isEmbedded(database)) return t.skip('the embedded database belongs to one process')
  const tenantId = randomUUID()
  await using first = await startEvents({ db: database.config, subscribe: record })
  await using second = await startEvents({ db: database.config, subscribe: record })
  const notes = Array.from({ length: 300 }, (_, index) => String(index))
  await Promise.all([first.probe.publish(tenantId, ...notes), second.probe.publish(tenantId, 'from the second')])
  await recordedOf(first, tenantId, 301)
  await Promise.all([first.events.drain(), second.events.drain()])
  const recorded = await first.probe.recorded(tenantId)
  assert.deepEqual(recorded.sort(), ['from the second', ...notes].sort())
})

test('an event whose transaction took a lower id and committed later is not passed over', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const oneAtATime = isEmbedded(database) || Number(database.config.poolMax) === 1
  if (oneAtATime) return t.skip('there is one connection, so one transaction at a time')
  const tenantId = randomUUID()
  await using app = await startEvents({ db: database.config, subscribe: record })
  const published = Promise.withResolvers<void>()
  const mayCommit = Promise.withResolvers<void>()
  const slow = app.db.withTenant(tenantId, async () => {
    await app.events.publish(Noted, { noteId: 'slow' })
    published.resolve()
    await mayCommit.promise
  })
  await published.promise
  await app.probe.publish(tenantId, 'quick')
  await app.events.drain()
  assert.deepEqual(await app.probe.recorded(tenantId), ['quick'])
  mayCommit.resolve()
  await slow
  await app.events.drain()
  assert.deepEqual(await app.probe.recorded(tenantId), ['quick', 'slow'])
})

test('an owner of the tables that is no superuser dispatches and sweeps all the same', async (t) => {
  const database = await createPlainlyOwnedDatabase()
  if (database === undefined) return t.skip('the embedded database has one user')
  t.after(() => database.drop())
  const tenantId = randomUUID()
  await using app = await startEvents({ db: database.config, subscribe: record })
  await app.probe.publish(tenantId, 'a')
  await app.events.drain()
  assert.deepEqual(await app.probe.recorded(tenantId), ['a'])
  await sweepNow(app, 0)
  const { rows } = await internalsOf(app.db).query('select 1 from kernel_events.outbox')
  assert.deepEqual(rows, [])
})
