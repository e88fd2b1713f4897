import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapMs, paceOf, planKills } from './plan.ts'

test('a seed always gives the same kills, and another seed others', () => {
  assert.deepEqual(planKills(30, 7, true), planKills(30, 7, true))
  assert.notDeepEqual(planKills(30, 7, true), planKills(30, 8, true))
})

test('PostgreSQL is killed ten times in thirty, never first, and not when it is embedded', () => {
  const ofPostgres = (kills: number, seed: number, with_ = true) =>
    planKills(kills, seed, with_).flatMap(({ victim }, at) => (victim === 'postgres' ? [at] : []))
  for (let seed = 0; seed < 200; seed++) {
    assert.equal(ofPostgres(30, seed).length, 10)
    assert.ok(ofPostgres(3, seed).length === 1)
    assert.ok(!ofPostgres(30, seed).includes(0))
    assert.deepEqual(ofPostgres(30, seed, false), [])
  }
  assert.equal(planKills(1, 1, true).length, 1)
})

test('gaps lie in the range of the pace', () => {
  for (const campaign of [0, 1]) {
    const pace = paceOf(campaign, 10_000, 30)
    const gaps = planKills(300, 1, true).map((kill) => gapMs(pace, kill) / 1_000)
    assert.ok(Math.min(...gaps) >= pace.gapSeconds[0] && Math.max(...gaps) <= pace.gapSeconds[1])
  }
  assert.equal(paceOf(1, 10_000, 30).messagesPerSecond, null)
  assert.equal(paceOf(0, 10_000, 30).messagesPerSecond, 250)
})
