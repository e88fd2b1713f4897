import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { defineService, Events, token } from '@fanfare/kernel'
import type { z } from 'zod'
import { Rejudged } from '../src/contract.ts'
import { browser, deliverOne, hitsOf } from './delivered.ts'
import { eventually, openStage, type Stage } from './stage.ts'

const rejudged: z.output<typeof Rejudged.data>['hits'] = []
const listener = defineService({
  provides: token<object>()('test-listener'),
  needs: { events: Events },
  start({ events }) {
    events.on(Rejudged, 'test.rejudged', async ({ data }) => void rejudged.push(...data.hits))
    return {}
  },
})

let stage: Stage
before(async () => {
  stage = await openStage({}, [listener])
})
after(() => stage[Symbol.asyncDispose]())

test('what was written before the click that gives it away is judged again, and told again', async () => {
  const { campaign, clicks, open } = await deliverOne(stage)
  stage.app.clock.advance(60_000)
  await stage.app.anonymous.get(open, browser)
  await stage.app.anonymous.get(clicks[0] as string, browser)
  const before = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 2,
  )
  assert.deepEqual(
    before.map(({ machine, signs }) => [machine, signs]),
    [
      [0, []],
      [0, []],
    ],
  )
  stage.app.clock.advance(3_000)
  await stage.app.anonymous.get(clicks.at(-1) as string, browser)
  const after = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 3,
  )
  assert.ok(after.every(({ machine, signs }) => machine === 1 && signs.includes('honeypot')))
  const told = await eventually(
    () => rejudged.filter((hit) => hit.campaignId === campaign.campaignId),
    (hits) => hits.length === 2,
  )
  assert.deepEqual(told.map(({ id, machine }) => [id, machine]).toSorted(), before.map(({ id }) => [id, 1]).toSorted())
})

test('a second link within two seconds makes the first click a machine’s, and leaves the open and what was long before', async () => {
  const { campaign, clicks, open } = await deliverOne(stage)
  stage.app.clock.advance(60_000)
  await stage.app.anonymous.get(clicks[0] as string, browser)
  await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 1,
  )
  stage.app.clock.advance(20_000)
  await stage.app.anonymous.get(open, browser)
  await stage.app.anonymous.get(clicks[0] as string, browser)
  await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 3,
  )
  stage.app.clock.advance(1_500)
  await stage.app.anonymous.get(clicks[1] as string, browser)
  const hits = await eventually(
    () => hitsOf(stage, campaign),
    (rows) => rows.length === 4,
  )
  const byTime = hits.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id.localeCompare(b.id))
  assert.deepEqual(
    byTime.map(({ kind, signs }) => [kind, signs]),
    [
      ['click', []],
      ['open', []],
      ['click', ['burst_of_links']],
      ['click', ['burst_of_links']],
    ],
  )
})
