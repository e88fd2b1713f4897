import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { boot } from '@fanfare/testkit'
import { DeliveryEngine } from '../src/contract.ts'
import { delivery } from '../src/service.ts'
import { endlessAudience, fakeContent } from './fakes.ts'
import { openSink, type SinkAnswer } from './sink.ts'
import { buildCampaign, type Cast, eventually, senderTo } from './stage.ts'

const queued = 100_000
const senders = 5
const page = 10_000

/** Everybody of one workspace, over senders whose servers all keep them waiting. */
async function queueBehind(cast: Cast, port: number): Promise<void> {
  const tenantId = cast.app.tenant()
  for (let number = 0; number < senders; number++) {
    const campaign = await buildCampaign(cast, { tenantId, count: 0, sender: senderTo(port) })
    for (let added = 0; added < queued / senders; added += page) {
      const recipients = Array.from({ length: page }, () => {
        const contactId = randomUUID()
        return { contactId, email: `${contactId}@x.example`, variantId: campaign.variantId }
      })
      await cast.engine.addRecipients({ ...campaign, recipients })
    }
    await cast.engine.startDispatch(campaign)
  }
}

/** A hundred messages to a server that takes its time with each: when the first has come, and all. */
async function sendHundred(cast: Cast) {
  await using sink = await openSink((at) => (at === 'content' ? 40 : undefined))
  const campaign = await buildCampaign(cast, { count: 100, sender: senderTo(sink.port) })
  const beganMs = performance.now()
  await cast.engine.startDispatch(campaign)
  const accounting = await eventually(
    () => cast.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
    60_000,
  )
  assert.deepEqual([accounting.sent, sink.messages.length], [100, 100])
  const [first, last] = [sink.messages[0], sink.messages.at(-1)]
  return { startMs: (first?.atMs ?? Infinity) - beganMs, totalMs: (last?.atMs ?? Infinity) - beganMs }
}

for (const [what, at, answer] of [
  ['takes two seconds for each message', 'content', 2_000],
  ['lets a byte a second drip from its greeting', 'connect', 'tarpit'],
] as const satisfies [string, string, SinkAnswer][]) {
  test(`many thousands behind a server that ${what} do not keep a hundred of another workspace waiting`, async () => {
    const [audience, content] = [endlessAudience(), fakeContent()]
    await using app = await boot([delivery, audience.service, content.service])
    const cast: Cast = { app, engine: app.get(DeliveryEngine), audience, content }
    const alone = [await sendHundred(cast), await sendHundred(cast), await sendHundred(cast)]
    const aloneMs = Math.max(...alone.map(({ totalMs }) => totalMs))
    await using tarpit = await openSink((stage) => (stage === at ? answer : undefined))
    await queueBehind(cast, tarpit.port)
    await eventually(tarpit.connections, (count) => count >= senders)
    const beside = [await sendHundred(cast), await sendHundred(cast), await sendHundred(cast)]
    const figures = JSON.stringify({ alone, beside })
    if (process.argv.includes('--figures')) console.log(figures)
    for (const { startMs, totalMs } of beside) {
      assert.ok(startMs < 10_000, figures)
      assert.ok(totalMs < 2 * aloneMs, figures)
    }
  })
}
