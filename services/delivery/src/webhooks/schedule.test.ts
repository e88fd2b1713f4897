import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterMs } from './retry-after.ts'
import { healthAfter, restMs, retryDelayMs, triesAfterMs, type Verdict } from './schedule.ts'

const hour = 3_600_000
const now = new Date('2026-03-01T12:00:00Z')
const delivered: Verdict = { kind: 'delivered', askedRestMs: 0 }
const failed: Verdict = { kind: 'failed', askedRestMs: 0 }

test('ten tries over 75.6 hours, each delayed by up to a tenth more', () => {
  const seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
  assert.equal(triesAfterMs[0], 0)
  assert.deepEqual(
    seconds.map((_, index) => retryDelayMs(index + 1, 0)),
    seconds.map((delay) => delay * 1_000),
  )
  assert.equal(retryDelayMs(10, 0), undefined)
  assert.equal(retryDelayMs(2, 1), 330_000)
  assert.equal(Math.round(triesAfterMs.reduce((sum, delay) => sum + delay, 0) / hour / 0.1) / 10, 75.6)
})

test('a webhook rests after five failures in a row, and longer with each more up to a quarter of an hour', () => {
  const rests = [0, 4, 5, 6, 9, 10, 50].map((failures) => restMs(failures, 0) / 1_000)
  assert.deepEqual(rests, [0, 0, 30, 60, 480, 900, 900])
  assert.equal(restMs(5, 1), 27_000)
})

test('failures count in a row: one that works ends them', () => {
  const since = new Date('2026-03-01T08:00:00Z')
  const cases: [number, Date | null, Verdict[], number, Date | null][] = [
    [0, null, [delivered], 0, null],
    [3, since, [delivered], 0, null],
    [0, null, [failed], 1, now],
    [3, since, [failed, failed], 5, since],
    [3, since, [failed, delivered, failed], 1, now],
    [3, since, [failed, delivered], 0, null],
    [0, null, Array.from({ length: 13 }, () => failed), 5, now],
    [5, since, [failed, failed, failed], 6, since],
  ]
  for (const [failures, failingSince, verdicts, after, sinceAfter] of cases) {
    const health = healthAfter({ failures, failingSince }, verdicts, { now, random: 0 })
    assert.deepEqual([health.failures, health.failingSince], [after, sinceAfter])
    assert.equal(health.disabledReason, null)
  }
})

test('a webhook is switched off by a 410, or by the first failure after five days of nothing else', () => {
  const off = (hours: number, verdict: Verdict) => {
    const failingSince = new Date(now.getTime() - hours * hour)
    return healthAfter({ failures: 9, failingSince }, [verdict], { now, random: 0 }).disabledReason
  }
  assert.match(off(0, { kind: 'gone', askedRestMs: 0 }) ?? '', /410/)
  assert.equal(off(119.9, failed), null)
  assert.match(off(120, failed) ?? '', /5 days/)
  assert.equal(off(500, delivered), null)
})

test('the longer of what it asked for and what its failures ask for', () => {
  const asked = (askedRestMs: number, failures: number) =>
    healthAfter({ failures, failingSince: null }, [{ kind: 'failed', askedRestMs }], { now, random: 0 }).restMs
  assert.deepEqual([asked(7_000, 0), asked(7_000, 4), asked(70_000, 4)], [7_000, 30_000, 70_000])
})

test('Retry-After is read as seconds and as a date, and nothing else', () => {
  const cases: [string | null, number | undefined][] = [
    ['120', 120_000],
    [' 0 ', 0],
    ['999999999', 24 * hour],
    ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Sun, 01 Mar 2099 11:00:00 GMT', 24 * hour],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['99 GMT GMT', undefined],
    ['', undefined],
    [null, undefined],
  ]
  for (const [header, expected] of cases) assert.equal(retryAfterMs(header, now), expected, String(header))
})
