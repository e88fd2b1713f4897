import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonToHalt } from './guard.ts'

const none = { sent: 0, failed: 0, hardBounced: 0, complained: 0 }

test('a campaign stops at a tenth of addresses that do not exist, and not before', () => {
  assert.equal(reasonToHalt({ ...none, sent: 901, failed: 99, hardBounced: 99 }), undefined)
  assert.match(
    reasonToHalt({ ...none, sent: 900, failed: 100, hardBounced: 100 }) ?? '',
    /100 addresses .* 1000 .*10\.0 %/,
  )
})

test('a campaign stops at three complaints in a thousand', () => {
  assert.equal(reasonToHalt({ ...none, sent: 10_000, complained: 29 }), undefined)
  assert.match(reasonToHalt({ ...none, sent: 10_000, complained: 30 }) ?? '', /30 complaints/)
})

test('a handful of people stop nothing', () => {
  assert.equal(reasonToHalt({ ...none, failed: 99, hardBounced: 99 }), undefined)
  assert.equal(reasonToHalt({ ...none, sent: 81, failed: 19, hardBounced: 19 }), undefined)
  assert.equal(reasonToHalt({ ...none, sent: 1_000, complained: 4 }), undefined)
})
