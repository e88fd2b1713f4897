import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeptDatabase } from './kept-database.ts'
import { Noted } from './probe.ts'
import { startEvents } from './running.ts'

/** Runs the child until it has said both lines, then kills it a random moment later. */
async function runAndKill(argument: object): Promise<void> {
  const script = new URL('crash-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify(argument)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const said = new Set<string>()
  for await (const line of createInterface({ input: child.stdout })) {
    said.add(line)
    if (said.size === 2) break
  }
  assert.equal(said.size, 2, 'the child ended before it was killed')
  await sleep(Math.random() * 100)
  child.kill('SIGKILL')
  await exited
}

test('after kill -9 in the middle of handling, every published event has left its effects exactly once', async (t) => {
  const database = await createKeptDatabase()
  t.after(() => database.drop())
  const tenants = Array.from({ length: 4 }, () => randomUUID())
  const notes = 40
  await runAndKill({ db: database.config, tenants, notes })

  await using app = await startEvents({
    db: database.config,
    subscribe: ({ events, probe }) =>
      events.on(Noted, 'probe.record', (event) => probe.record(event.tenantId, event.data.noteId)),
  })
  const expected = Array.from({ length: notes }, (_, index) => String(index)).sort()
  for (const tenantId of tenants) {
    let recorded: string[] = []
    while (recorded.length < notes) {
      await app.events.drain()
      recorded = await app.probe.recorded(tenantId)
      await sleep(20)
    }
    await app.events.drain()
    assert.deepEqual((await app.probe.recorded(tenantId)).sort(), expected)
  }
  assert.deepEqual(await app.events.deadLetters(), [])
})
