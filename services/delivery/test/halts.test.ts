import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { WorkspaceResumed, WorkspaceSuspended } from '@fanfare/identity/contract'
import { Events } from '@fanfare/kernel'
import { openSink, type Sink } from './sink.ts'
import { buildCampaign, eventually, openStage, type Stage, senderTo } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage({ batchSize: 20 })
})
after(() => stage[Symbol.asyncDispose]())

async function tell(tenantId: string, halted: boolean, version: number): Promise<void> {
  await stage.app.db.withTenant(tenantId, async () => {
    const events = stage.app.get(Events)
    if (halted) await events.publish(WorkspaceSuspended, { reason: 'operator', version })
    else await events.publish(WorkspaceResumed, { version })
  })
}

const answerMs = 30
/** What was heard counts after so long, on a busy machine. */
const graceMs = 5_000

/** A campaign under way at a server that takes about 130 messages a second. */
async function startSlowly(count: number) {
  const sink = await openSink((at) => (at === 'content' ? answerMs : undefined))
  const campaign = await buildCampaign(stage, { count, sender: senderTo(sink.port) })
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (taken) => taken >= 20,
  )
  return { sink, campaign }
}

/** The count once it has stood still for longer than any batch takes to come back. */
async function stillAt(sink: Sink): Promise<number> {
  for (let before = -1; ; ) {
    if (before === sink.messages.length) return before
    before = sink.messages.length
    await sleep(1_500)
  }
}

test('sending stops when the workspace is suspended, in the middle of a batch, and goes on with nobody lost or written to twice', async () => {
  const { sink, campaign } = await startSlowly(1_000)
  await using _sink = sink

  await tell(campaign.tenantId, true, 1)
  await stage.app.get(Events).drain()
  const heeded = performance.now()
  const stopped = await stillAt(sink)

  assert.ok(stopped < 1_000)
  const late = sink.messages.filter(({ atMs }) => atMs - heeded > graceMs).length
  assert.equal(late, 0, 'messages left long after the suspension')
  const held = await stage.engine.getAccounting(campaign)
  assert.equal(held.unknown, 0)
  assert.equal(held.sent + held.pending, 1_000)

  await tell(campaign.tenantId, false, 2)
  const done = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
    60_000,
  )
  assert.equal(done.sent, 1_000)
  assert.equal(new Set(sink.messages.map(({ recipient }) => recipient)).size, 1_000)
  assert.equal(sink.messages.length, 1_000)
})

test('a campaign that begins while its workspace is suspended waits; the one of another workspace goes out', async () => {
  await using sink = await openSink()
  const halted = await buildCampaign(stage, { count: 5, sender: senderTo(sink.port) })
  const free = await buildCampaign(stage, { count: 5, sender: senderTo(sink.port) })
  await tell(halted.tenantId, true, 1)
  await stage.app.get(Events).drain()
  await stage.engine.startDispatch(halted)
  await stage.engine.startDispatch(free)
  await eventually(
    () => stage.engine.getAccounting(free),
    ({ sent }) => sent === 5,
  )
  await stillAt(sink)
  assert.equal((await stage.engine.getAccounting(halted)).pending, 5)

  await tell(halted.tenantId, false, 2)
  await eventually(
    () => stage.engine.getAccounting(halted),
    ({ sent }) => sent === 5,
  )
})

test('of events that come out of order the later one counts', async () => {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { count: 2, sender: senderTo(sink.port) })
  await tell(campaign.tenantId, false, 2)
  await stage.app.get(Events).drain()
  await tell(campaign.tenantId, true, 1)
  await stage.app.get(Events).drain()
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ sent }) => sent === 2,
  )
})

test('what a person has paused stays paused when the suspension ends', async () => {
  const { sink, campaign } = await startSlowly(300)
  await using _sink = sink
  await stage.engine.pauseDispatch(campaign)
  await tell(campaign.tenantId, true, 1)
  await stage.app.get(Events).drain()
  const before = await stillAt(sink)
  await tell(campaign.tenantId, false, 2)
  await stage.app.get(Events).drain()
  assert.equal(await stillAt(sink), before)
  await stage.engine.resumeDispatch(campaign)
  await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
})
