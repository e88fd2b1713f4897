import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger, Db, database, defineService, Http, http, Live, live, start, token } from '@fanfare/kernel'
import { createTestDatabase, openWatcher, testIdentity, tokenOf } from '@fanfare/testkit'

function announcer() {
  return defineService({
    provides: token<object>()('announcer'),
    needs: { live: Live },
    start({ live }) {
      live.topic('contacts', 'contacts.read')
      return {}
    },
  })
}

/** One process of several on the same database. */
async function openProcess(db: Record<string, unknown>) {
  return start([database(), http(), live(), announcer(), testIdentity], {
    config: { db, http: { port: 0 } },
    log: createLogger({ level: 'silent' }),
  })
}

test('what one process publishes or ends is heard in another, large messages as a hint', async (t) => {
  const shared = await createTestDatabase()
  if (shared.config.url === undefined) return t.skip('an embedded database has one process; set DATABASE_URL')
  const tenantId = crypto.randomUUID()
  const listener = await openProcess(shared.config)
  const speaker = await openProcess(shared.config)
  const watcher = await openWatcher(listener.get(Http).localUrl, tokenOf({ tenantId, role: 'owner' }), ['contacts'])
  try {
    const publish = (message: { type: string; text?: string }) =>
      speaker.get(Live).publish(tenantId, 'contacts', message)
    publish({ type: 'small', text: 'ü' })
    assert.deepEqual(await watcher.next(), { topic: 'contacts', message: { type: 'small', text: 'ü' } })
    publish({ type: 'large', text: 'x'.repeat(10_000) })
    assert.deepEqual(await watcher.next(), { topic: 'contacts', message: { type: 'changed' } })
    await speaker.get(Db).withTenant(tenantId, async () => publish({ type: 'committed' }))
    assert.equal((await watcher.next()).message.type, 'committed')
    speaker.get(Live).endLines({ tenantId })
    await assert.rejects(watcher.next(), /closed/)
  } finally {
    await watcher.close()
    await speaker.stop()
    await listener.stop()
    await shared.drop()
  }
})
