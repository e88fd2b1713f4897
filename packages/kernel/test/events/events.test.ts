import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '@fanfare/testkit'
import { sql } from 'kysely'
import { z } from 'zod'
import { CloudEvent, currentContext, defineEvent, toCloudEvent, unsecuredTables } from '../../src/index.ts'
import { Noted, NotedLater } from './probe.ts'
import { type NoteEvent, startEvents } from './running.ts'

const database = await createTestDatabase()
/** What a test's handlers do, by tenant: one app serves every test of this file. */
const behaviours = new Map<string, (event: NoteEvent) => Promise<void>>()
const contexts = new Map<string, ReturnType<typeof currentContext>>()

const app = await startEvents({
  db: database.config,
  events: { attemptLimit: 3 },
  subscribe: ({ events, probe }) => {
    events.on(Noted, 'probe.record', async (event) => {
      contexts.set(event.tenantId, currentContext())
      await probe.record(event.tenantId, event.data.noteId)
      await behaviours.get(event.tenantId)?.(event)
    })
    events.on(Noted, 'probe.count-words', (event) => probe.record(event.tenantId, `words ${event.data.words}`))
    events.on(NotedLater, 'probe.record-later', (event) => probe.record(event.tenantId, `later ${event.data.noteId}`))
  },
})
after(async () => {
  await app.stop()
  await database.drop()
})

/** A tenant whose events are handled in the given way. */
function buildTenant(behaviour?: (event: NoteEvent) => Promise<void>): string {
  const tenantId = randomUUID()
  if (behaviour) behaviours.set(tenantId, behaviour)
  return tenantId
}

/** Waits until retries have come to an end for a tenant's events. */
async function settled(tenantId: string, expected: number): Promise<string[]> {
  for (;;) {
    await app.events.drain()
    const recorded = await app.probe.recorded(tenantId)
    if (recorded.length >= expected) return recorded
    await sleep(5)
  }
}

async function deadLettersOf(subscription: string, eventIds: readonly string[]) {
  const letters = await app.events.deadLetters()
  return letters.filter((letter) => letter.subscription === subscription && eventIds.includes(letter.eventId))
}

test('a published event reaches every subscription to its type and version, once', async () => {
  const tenantId = buildTenant()
  await app.probe.publish(tenantId, 'a')
  await app.events.drain()
  await app.events.drain()
  assert.deepEqual((await app.probe.recorded(tenantId)).sort(), ['a', 'words 0'])
})

test('a handler knows its tenant, time and operation', async () => {
  let seen: NoteEvent | undefined
  const tenantId = buildTenant(async (event) => {
    assert.equal(app.db.currentTenant(), event.tenantId)
    seen = event
  })
  await app.probe.publish(tenantId, 'a')
  await app.events.drain()
  assert.equal(seen?.tenantId, tenantId)
  assert.equal(seen?.type, 'note.written')
  assert.ok(seen?.time instanceof Date)
  assert.deepEqual(contexts.get(tenantId)?.logFields(), {
    requestId: seen?.id,
    tenantId,
    operation: 'event probe.record',
  })
})

test('an event of another version goes to the handlers of that version only', async () => {
  const tenantId = buildTenant()
  await app.db.withTenant(tenantId, () => app.events.publish(NotedLater, { noteId: 'b' }))
  await app.events.drain()
  assert.deepEqual(await app.probe.recorded(tenantId), ['later b'])
})

test('what is rolled back was never published', async () => {
  const tenantId = buildTenant()
  const rolledBack = app.db.withTenant(tenantId, async () => {
    await app.events.publish(Noted, { noteId: 'never' })
    throw new Error('changed my mind')
  })
  await assert.rejects(rolledBack, /changed my mind/)
  await app.probe.publish(tenantId, 'kept')
  await app.events.drain()
  assert.deepEqual((await app.probe.recorded(tenantId)).sort(), ['kept', 'words 0'])
})

test('publishing outside a tenant transaction is refused, with the way to do it', async () => {
  const refused = { code: 'events.no_transaction', message: /'note\.written'.*db\.withTenant/ }
  await assert.rejects(app.events.publish(Noted, { noteId: 'a' }), refused)
  await assert.rejects(
    app.db.transaction(() => app.events.publish(Noted, { noteId: 'a' })),
    refused,
  )
})

test('data that does not fit the schema, or does not survive JSON, is refused', async () => {
  const Timed = defineEvent('note.timed', 1, z.object({ at: z.date() }))
  const tenantId = buildTenant()
  const publishWith = (publish: () => Promise<void>) => app.db.withTenant(tenantId, publish)
  await assert.rejects(
    publishWith(() => app.events.publish(Noted, { noteId: 'a', words: -1 })),
    { code: 'events.invalid_data', message: /words: / },
  )
  await assert.rejects(
    publishWith(() => app.events.publish(Timed, { at: new Date() })),
    { code: 'events.invalid_data', message: /at: / },
  )
})

test('effects of a failed try are undone, and the next try leaves them once', async () => {
  let tries = 0
  const tenantId = buildTenant(async () => {
    tries += 1
    if (tries < 3) throw new Error(`try ${tries}`)
  })
  await app.probe.publish(tenantId, 'a')
  assert.deepEqual((await settled(tenantId, 2)).sort(), ['a', 'words 0'])
  assert.equal(tries, 3)
})

test('an event that fails at every try becomes a dead letter of that subscription only, and replay brings it back', async () => {
  let ids: string[] = []
  let broken = true
  const tenantId = buildTenant(async ({ id }) => {
    ids = [id]
    if (broken) throw new Error('the counter is closed')
  })
  await app.probe.publish(tenantId, 'a')
  while ((await deadLettersOf('probe.record', ids)).length === 0) {
    await app.events.drain()
    await sleep(5)
  }
  const [letter] = await deadLettersOf('probe.record', ids)
  assert.deepEqual(
    [letter?.type, letter?.attempts, letter?.error, letter?.failedAt instanceof Date],
    ['note.written', 3, 'the counter is closed', true],
  )
  assert.deepEqual(await app.probe.recorded(tenantId), ['words 0'])

  broken = false
  assert.ok((await app.events.replay('probe.record')) >= 1)
  await app.events.drain()
  assert.deepEqual(await app.probe.recorded(tenantId), ['words 0', 'a'])
  assert.deepEqual(await deadLettersOf('probe.record', ids), [])
})

test('replay since a moment hands over later events again, and no earlier one', async () => {
  const tenantId = buildTenant()
  await app.db.withTenant(tenantId, () => app.events.publish(NotedLater, { noteId: 'early' }))
  await sleep(2)
  const since = new Date()
  await app.db.withTenant(tenantId, () => app.events.publish(NotedLater, { noteId: 'late' }))
  await app.events.drain()
  assert.equal(await app.events.replay('probe.record-later', { since }), 1)
  await app.events.drain()
  // Events of one workspace may be handled side by side, so their order says nothing.
  assert.deepEqual((await app.probe.recorded(tenantId)).toSorted(), ['later early', 'later late', 'later late'])
})

test('replay of a subscription that does not exist names those that do', async () => {
  await assert.rejects(app.events.replay('probe.recrod', { since: new Date(0) }), {
    code: 'events.unknown_subscription',
    message: /'probe\.recrod'.*probe\.count-words, probe\.record, probe\.record-later/,
  })
})

test('two handlers cannot share the name of a subscription', () => {
  assert.throws(() => app.events.on(Noted, 'probe.record', async () => {}), { code: 'events.subscribed_twice' })
})

test('one event of a small tenant does not wait for the thousands of a large one', async () => {
  const order: string[] = []
  const note = async ({ tenantId, data }: NoteEvent) => void order.push(`${tenantId} ${data.noteId}`)
  const large = buildTenant(note)
  const small = buildTenant(note)
  await app.probe.publish(large, ...Array.from({ length: 400 }, (_, index) => String(index)))
  await app.probe.publish(small, 'only')
  await app.events.drain()
  assert.equal(order.length, 401)
  const waited = order.indexOf(`${small} only`)
  assert.ok(waited < 200, `the small tenant's event came as number ${waited + 1} of 401`)
})

test("a tenant's transaction cannot publish for another tenant, nor read or change the outbox", async () => {
  const [mine, other] = [buildTenant(), buildTenant()]
  await app.probe.publish(mine, 'a')
  const insertFor = (tenantId: string) =>
    app.db.withTenant(mine, (trx) =>
      sql`insert into kernel_events.outbox (event_id, type, version, tenant_id, data, created_at)
          values (${randomUUID()}, 'forged', 1, ${tenantId}, '{}', now())`.execute(trx),
    )
  await assert.rejects(insertFor(other), /row-level security/)
  const { rows } = await app.db.withTenant(mine, (trx) => sql`select 1 from kernel_events.outbox`.execute(trx))
  assert.deepEqual(rows, [])
  const changed = await app.db.withTenant(mine, (trx) =>
    sql`update kernel_events.outbox set type = 'forged' returning 1`.execute(trx),
  )
  assert.deepEqual(changed.rows, [])
})

test('the tables pass the guard of row security', async () => {
  assert.deepEqual(await unsecuredTables(app.db), [])
})

test('an event wraps into a CloudEvents 1.0 envelope', async () => {
  let seen: NoteEvent | undefined
  const tenantId = buildTenant(async (event) => {
    seen = event
  })
  await app.probe.publish(tenantId, 'a')
  await app.events.drain()
  const envelope = toCloudEvent(
    seen!,
    'https://fanfare.example',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  )
  assert.deepEqual(CloudEvent.parse(JSON.parse(JSON.stringify(envelope))), {
    specversion: '1.0',
    id: seen!.id,
    source: 'https://fanfare.example',
    type: 'note.written',
    time: seen!.time.toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    eventversion: 1,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { noteId: 'a', words: 0 },
  })
  for (const name of Object.keys(envelope)) assert.match(name, /^[a-z0-9]{1,20}$/)
})
