import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { boot, type TestApp } from '@fanfare/testkit'
import type { CrewRun, CrewStep } from '../src/contract.ts'
import { problem } from '../src/errors.ts'
import { offlineWriter } from '../src/offline/offline-writer.ts'
import { createAi } from '../src/service.ts'
import type { Writer } from '../src/writers/writer.ts'
import { buildBrief } from './factories.ts'

/** What the writer of these tests does before it writes a step. */
let beforeWriting: (step: CrewStep, signal: AbortSignal, onText: (text: string) => void) => Promise<void>
let written: CrewStep[] = []
const scripted: Writer = {
  ...offlineWriter,
  async write(task, onText) {
    written.push(task.step)
    await beforeWriting(task.step, task.signal, onText)
    return offlineWriter.write(task, onText)
  },
}

let app: TestApp
before(async () => {
  app = await boot([createAi({ router: () => scripted })])
})
after(() => app.stop())
beforeEach(() => {
  written = []
  beforeWriting = async () => {}
})

const start = async (tenantId: string): Promise<CrewRun> =>
  (await app.as({ tenantId, role: 'owner' }).post('/v1/crew-runs', { brief: buildBrief() })).body
const read = async (tenantId: string, id: string): Promise<CrewRun> =>
  (await app.as({ tenantId, role: 'owner' }).get(`/v1/crew-runs/${id}`)).body

/** Waits for what comes by itself, not for a time. */
async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const ended = (tenantId: string, id: string) =>
  until(async () => {
    const run = await read(tenantId, id)
    return run.finishedAt === null ? undefined : run
  })

describe('a crew run', () => {
  test('that broke off goes on at the first step that is not done', { timeout: 30_000 }, async () => {
    const tenantId = app.tenant()
    let broken = false
    beforeWriting = async (step) => {
      if (step !== 'critic' || broken) return
      broken = true
      throw new Error('the process died here')
    }
    const run = await ended(tenantId, (await start(tenantId)).id)
    assert.equal(run.state, 'done')
    assert.deepEqual(written, ['strategist', 'copywriter', 'critic', 'critic', 'compliance'])
  })

  test('ends as failed when no model can do a step, and keeps what was done', { timeout: 30_000 }, async () => {
    const tenantId = app.tenant()
    beforeWriting = async (step) => {
      if (step === 'copywriter') throw problem('no_model_left', { detail: { step, reasons: 'the key is wrong' } })
    }
    const run = await ended(tenantId, (await start(tenantId)).id)
    assert.equal(run.state, 'failed')
    assert.match(run.failure ?? '', /the key is wrong/)
    assert.deepEqual(
      run.steps.map(({ state }) => state),
      ['done', 'failed', 'waiting', 'waiting'],
    )
    assert.notEqual(run.strategy, null)
    assert.deepEqual(written, ['strategist', 'copywriter'])
  })

  test('that is stopped stops its writer and stays stopped', { timeout: 30_000 }, async () => {
    const tenantId = app.tenant()
    const reached = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    beforeWriting = (step, signal) => {
      if (step !== 'copywriter') return Promise.resolve()
      reached.resolve()
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.resolve()
          reject(signal.reason)
        })
      })
    }
    const { id } = await start(tenantId)
    await reached.promise
    const stopped = await app.as({ tenantId, role: 'owner' }).post(`/v1/crew-runs/${id}/stop`)
    assert.deepEqual([stopped.status, stopped.body.state], [200, 'stopped'])
    await aborted.promise
    await app.drain()
    const run = await read(tenantId, id)
    assert.deepEqual([run.state, run.variants, run.failure], ['stopped', [], null])
    assert.deepEqual(written, ['strategist', 'copywriter'])
    const again = await app.as({ tenantId, role: 'owner' }).post(`/v1/crew-runs/${id}/stop`)
    assert.deepEqual([again.status, again.body.finishedAt], [200, run.finishedAt])
  })

  test('shows the text of a step while it is being written, also to a page that opens late', {
    timeout: 30_000,
  }, async () => {
    const tenantId = app.tenant()
    const goOn = Promise.withResolvers<void>()
    beforeWriting = async (step, _signal, onText) => {
      if (step !== 'strategist') return
      onText('thinking it over; ')
      await goOn.promise
    }
    const { id } = await start(tenantId)
    const text = await until(async () => (await read(tenantId, id)).steps[0]?.text || undefined)
    assert.equal(text, 'thinking it over; ')
    goOn.resolve()
    const run = await ended(tenantId, id)
    assert.match(run.steps[0]?.text ?? '', /^thinking it over; Key message/)
  })

  test('tells its text live in pieces', { timeout: 30_000 }, async () => {
    const tenantId = app.tenant()
    const begin = Promise.withResolvers<void>()
    beforeWriting = async (step, _signal, onText) => {
      if (step !== 'strategist') return
      await begin.promise
      for (let count = 0; count < 40; count += 1) {
        onText(`${count} `)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    const { id } = await start(tenantId)
    await using watcher = await app.watch(tenantId, [`crew-run/${id}`])
    begin.resolve()
    const pieces: string[] = []
    for (;;) {
      const { message } = await watcher.next()
      if (message.type === 'text' && message.step === 'strategist') pieces.push(String(message.text))
      if (message.type === 'finished') break
    }
    const run = await read(tenantId, id)
    assert.equal(pieces.join(''), run.steps[0]?.text)
    assert.ok(pieces.length > 1 && pieces.length < 15, `${pieces.length} pieces`)
  })
})
