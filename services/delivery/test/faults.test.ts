import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { LiveMessage } from '@fanfare/kernel'
import type { Watcher } from '@fanfare/testkit'
import type { Standing } from '../src/contract.ts'
import { openSink, type SinkAnswer, type SinkStage } from './sink.ts'
import {
  type BuiltCampaign,
  buildCampaign,
  eventually,
  ledgerOf,
  openStage,
  type Stage,
  senderTo,
  sendOut,
  sumOf,
} from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage({
    connectTimeoutMs: 400,
    replyTimeoutMs: 500,
    messageTimeoutMs: 1_500,
    maxAttempts: 3,
    concurrentDispatches: 8,
  })
})
after(() => stage[Symbol.asyncDispose]())

/** One person, a server that misbehaves on the first try only, and a neighbour whose server does not. */
async function sendOnceFaulty(at: SinkStage, fault: SinkAnswer) {
  let faults = 0
  await using sink = await openSink((stageNow) => {
    if (stageNow !== at || faults > 0) return undefined
    faults++
    return fault
  })
  const campaign = await buildCampaign(stage, { sender: senderTo(sink.port) })
  await using good = await openSink()
  const neighbour = await buildCampaign(stage, { count: 2, sender: senderTo(good.port) })
  const [accounting, next] = await Promise.all([sendOut(stage, campaign), sendOut(stage, neighbour)])
  assert.deepEqual([next.sent, good.messages.length], [2, 2], 'the neighbour')
  assert.deepEqual([accounting.audience, sumOf(accounting)], [1, 1])
  const [row] = await ledgerOf(stage, campaign)
  const counted = { accepted: accounting.sent, failed: accounting.failed, unknown: accounting.unknown }
  assert.equal(counted[row?.state as keyof typeof counted], 1, JSON.stringify(accounting))
  return { state: row?.state, attempts: row?.attempts, reason: row?.reason ?? '', copies: sink.messages.length, faults }
}

const table: [at: SinkStage, fault: SinkAnswer, state: string, attempts: number, copies: number][] = [
  ['connect', '421 4.3.2 too busy', 'accepted', 1, 1],
  ['connect', '554 5.3.2 go away', 'accepted', 1, 1],
  ['connect', 'drop', 'accepted', 1, 1],
  ['connect', 'hang', 'accepted', 1, 1],
  ['connect', 'garbage', 'accepted', 1, 1],
  ['connect', 'tarpit', 'accepted', 1, 1],
  ['ehlo', '421 4.3.2 closing', 'accepted', 1, 1],
  ['ehlo', 'garbage', 'accepted', 1, 1],
  ['ehlo', 'drop', 'accepted', 1, 1],
  ['ehlo', 'hang', 'accepted', 1, 1],
  ['mail', '421 4.3.2 closing', 'accepted', 2, 1],
  ['mail', '450 4.0.0 later', 'accepted', 2, 1],
  ['mail', '550 5.1.8 bad sender', 'failed', 1, 0],
  ['mail', 'drop', 'accepted', 2, 1],
  ['mail', 'hang', 'accepted', 2, 1],
  ['mail', 'tarpit', 'accepted', 2, 1],
  ['mail', 'garbage', 'accepted', 2, 1],
  ['rcpt', '421 4.3.2 closing', 'accepted', 2, 1],
  ['rcpt', '450 4.2.1 greylisted', 'accepted', 2, 1],
  ['rcpt', '550 5.1.1 unknown', 'failed', 1, 0],
  ['rcpt', 'drop', 'accepted', 2, 1],
  ['rcpt', 'hang', 'accepted', 2, 1],
  ['rcpt', 'tarpit', 'accepted', 2, 1],
  ['rcpt', 'garbage', 'accepted', 2, 1],
  ['data', '421 4.3.2 closing', 'accepted', 2, 1],
  ['data', '451 4.3.0 later', 'accepted', 2, 1],
  ['data', '554 5.7.1 refused', 'failed', 1, 0],
  ['data', 'drop', 'accepted', 2, 1],
  ['data', 'hang', 'accepted', 2, 1],
  ['data', 'garbage', 'accepted', 2, 1],
  ['content', '421 4.3.2 closing', 'accepted', 2, 1],
  ['content', '452 4.3.1 full', 'accepted', 2, 1],
  ['content', '550 5.7.1 spam', 'failed', 1, 0],
  ['content', 'drop', 'unknown', 1, 0],
  ['content', 'hang', 'unknown', 1, 0],
  ['content', 'tarpit', 'unknown', 1, 0],
  ['content', 'garbage', 'unknown', 1, 0],
]

describe('a server that misbehaves once', { concurrency: 8 }, () => {
  for (const [at, fault, state, attempts, copies] of table) {
    test(`${fault} at ${at}: ${state} after ${attempts} attempt${attempts > 1 ? 's' : ''}`, async () => {
      const result = await sendOnceFaulty(at, fault)
      assert.equal(result.faults, 1)
      assert.deepEqual([result.state, result.attempts, result.copies], [state, attempts, copies], result.reason)
    })
  }
})

test('who is put off every time has failed after the last attempt', async () => {
  await using sink = await openSink((at) => (at === 'rcpt' ? '451 4.7.1 not now' : undefined))
  const campaign = await buildCampaign(stage, { sender: senderTo(sink.port) })
  const accounting = await sendOut(stage, campaign)
  const [row] = await ledgerOf(stage, campaign)
  assert.deepEqual([accounting.failed, row?.attempts], [1, 3])
  assert.match(row?.reason ?? '', /3 attempts: 451 4\.7\.1 not now/)
})

test('a refused recipient does not harm the next on the same connection', async () => {
  await using sink = await openSink((at, { recipient }) =>
    at === 'rcpt' && recipient.startsWith('bad') ? '550 5.7.1 no' : undefined,
  )
  const recipients = Array.from({ length: 20 }, (_, index) => ({
    email: `${index % 2 ? 'bad' : 'good'}${index}@x.example`,
  }))
  const campaign = await buildCampaign(stage, { recipients, sender: senderTo(sink.port) })
  const accounting = await sendOut(stage, campaign)
  assert.deepEqual([accounting.sent, accounting.failed, sink.messages.length], [10, 10, 10])
  assert.ok(sink.connections() <= 4, `${sink.connections()} connections`)
})

test('a server that takes one connection only still gets everybody', async () => {
  let open = 0
  await using sink = await openSink((at, { connection }) => {
    if (at !== 'connect') return undefined
    open = Math.max(open, connection)
    return connection === 1 ? undefined : '421 4.7.0 too many connections'
  })
  const campaign = await buildCampaign(stage, { count: 30, sender: senderTo(sink.port) })
  const accounting = await sendOut(stage, campaign)
  assert.equal(accounting.sent, 30)
})

test('while no connection can be had everybody stays pending, unharmed, and the reason is kept', async () => {
  const unused = createServer()
  await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve))
  const { port } = unused.address() as AddressInfo
  await new Promise((resolve) => unused.close(resolve))
  const campaign = await buildCampaign(stage, { count: 5, sender: senderTo(port) })
  await stage.engine.startDispatch(campaign)
  const standing = await eventually(
    () => standingOf(campaign),
    ({ trouble }) => trouble !== null,
  )
  assert.match(standing.trouble ?? '', /^The mail server cannot be used: .*ECONNREFUSED/)
  assert.deepEqual([standing.audience, standing.pending], [5, 5])
  const rows = await ledgerOf(stage, campaign)
  assert.ok(rows.every((row) => row.attempts <= 1 && !['failed', 'unknown'].includes(row.state)))
  await stage.engine.cancelDispatch(campaign)
  const accounting = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  assert.equal(accounting.suppressed, 5)
  assert.equal((await standingOf(campaign)).trouble, null)
})

test('whoever watches a campaign is told of trouble with the server, and that it is over', async () => {
  let isBusy = true
  await using sink = await openSink((at) => (at === 'connect' && isBusy ? '421 4.3.2 too busy' : undefined))
  const campaign = await buildCampaign(stage, { count: 3, sender: senderTo(sink.port) })
  await using watcher = await stage.app.watch(campaign.tenantId, [`deliveries/${campaign.campaignId}`])
  await stage.engine.startDispatch(campaign)
  await messageWhere(watcher, ({ trouble }) => /too busy/.test(String(trouble)))
  isBusy = false
  const { sent } = await messageWhere(watcher, ({ trouble, pending }) => trouble === null && pending === 0)
  assert.equal(sent, 3)
})

async function messageWhere(watcher: Watcher, holds: (message: LiveMessage) => boolean): Promise<LiveMessage> {
  for (;;) {
    const { message } = await watcher.next()
    if (holds(message)) return message
  }
}

async function standingOf(campaign: BuiltCampaign): Promise<Standing> {
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'viewer' })
  return (await api.get(`/v1/campaigns/${campaign.campaignId}/accounting`)).body
}
