// Publishes for several tenants and handles slowly, until it is killed. Started by crash.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import { Noted } from './probe.ts'
import { startEvents } from './running.ts'

const { db, tenants, notes } = JSON.parse(process.argv[2] ?? '{}')

let handled = 0
const app = await startEvents({
  db,
  events: { leaseMs: 1_000 },
  subscribe: ({ events, probe }) =>
    events.on(Noted, 'probe.record', async (event) => {
      await probe.record(event.tenantId, event.data.noteId)
      await sleep(5)
      handled += 1
      if (handled === 20) console.log('under way')
    }),
})
for (const tenantId of tenants) {
  await app.probe.publish(tenantId, ...Array.from({ length: notes }, (_, index) => String(index)))
}
console.log('published')
setInterval(() => {}, 1_000)
