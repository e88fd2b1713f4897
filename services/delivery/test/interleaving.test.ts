import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { openSink } from './sink.ts'
import { buildCampaign, eventually, ledgerOf, openStage, type Stage, senderTo, sumOf } from './stage.ts'

const people = 40

let stage: Stage
before(async () => {
  // Some are put off each time; four tries are over within a second.
  stage = await openStage({ batchSize: 7, connections: 3, maxAttempts: 4 })
})
after(() => stage[Symbol.asyncDispose]())

const step = fc.record({
  action: fc.constantFrom('pause', 'resume', 'suppress', 'add_again', 'start_again', 'look'),
  afterMs: fc.integer({ min: 0, max: 60 }),
  person: fc.integer({ min: 0, max: people - 1 }),
})

test('whatever a person does while it sends, everybody is accounted for at every moment and nobody gets two', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), fc.boolean(), async (steps, cancels) => {
      await using sink = await openSink((at, { recipient }) => {
        return at === 'rcpt' && recipient.charCodeAt(1) % 9 === 0 ? '450 4.2.0 later' : undefined
      })
      const campaign = await buildCampaign(stage, {
        count: people,
        sender: senderTo(sink.port, { messagesPerSecond: 400 }),
      })
      const suppressed = new Map<string, number>()
      await stage.engine.startDispatch(campaign)
      for (const { action, afterMs, person } of steps) {
        await sleep(afterMs)
        await act(action, campaign.recipients[person]?.contactId ?? '')
        assert.equal(sumOf(await stage.engine.getAccounting(campaign)), people)
      }
      await (cancels ? stage.engine.cancelDispatch(campaign) : stage.engine.resumeDispatch(campaign)).catch(
        ignoreClosed,
      )
      const final = await eventually(
        () => stage.engine.getAccounting(campaign),
        (accounting) => {
          assert.equal(sumOf(accounting), people)
          return accounting.pending === 0
        },
      )
      const rows = await ledgerOf(stage, campaign)
      assert.equal(new Set(rows.map((row) => row.contact_id)).size, people)
      assert.equal(rows.length, people)
      const copies = Map.groupBy(sink.messages, (message) => message.recipient)
      assert.ok([...copies.values()].every((messages) => messages.length === 1))
      assert.equal(copies.size, final.sent)
      for (const row of rows) {
        // Who was suppressed while nobody had been told of them yet can only have been left out.
        if (row.state === 'suppressed') assert.ok(suppressed.has(row.contact_id ?? '') && !copies.has(row.email))
      }

      async function act(action: (typeof steps)[number]['action'], contactId: string): Promise<void> {
        if (action === 'pause') await stage.engine.pauseDispatch(campaign).catch(ignoreClosed)
        else if (action === 'resume') await stage.engine.resumeDispatch(campaign).catch(ignoreClosed)
        else if (action === 'start_again') await stage.engine.startDispatch(campaign).catch(ignoreClosed)
        else if (action === 'add_again') {
          await stage.engine.addRecipients({ ...campaign, recipients: [...campaign.recipients] }).catch(ignoreClosed)
        } else if (action === 'suppress') {
          stage.audience.blocked.set(contactId, 'suppressed')
          suppressed.set(contactId, performance.now())
        }
      }
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

/** A campaign that is done takes no more orders. */
function ignoreClosed(error: { code?: string }): void {
  if (error.code !== 'delivery.dispatch_closed') throw error
}

test('who unsubscribes while a slow server takes its time is left out', async () => {
  await using sink = await openSink()
  const campaign = await buildCampaign(stage, { count: 30, sender: senderTo(sink.port, { messagesPerSecond: 10 }) })
  await stage.engine.startDispatch(campaign)
  await eventually(
    () => sink.messages.length,
    (taken) => taken >= 3,
  )
  const reached = new Set(sink.messages.map((message) => message.recipient))
  const left = campaign.recipients.filter(({ email }) => !reached.has(email))
  for (const { contactId } of left) stage.audience.blocked.set(contactId, 'unsubscribed')
  const accounting = await eventually(
    () => stage.engine.getAccounting(campaign),
    ({ pending }) => pending === 0,
  )
  // Those in hand had been asked about before: three batches of 7 here.
  assert.ok(accounting.suppressed >= left.length - 3 * 7, `${accounting.suppressed} of ${left.length} left out`)
  assert.equal(accounting.sent, sink.messages.length)
})
