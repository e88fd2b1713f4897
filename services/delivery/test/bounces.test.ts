import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { corpus } from '@fanfare/testkit'
import { type ReceivedMessage, readReceived } from '../src/bounces/read.ts'

interface Label {
  readonly reason: string
  readonly hard: boolean
}
interface Labels {
  readonly samples: Record<string, Label[]>
  readonly not_bounce: string[]
}

const skipped = 'the corpus of bounces is not on this machine'
const folder = corpus('bounces/')
const labels: Labels | undefined =
  folder && (JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Labels)
const sourceOf = (name: string) => readFileSync(new URL(`eml/${name}`, folder))

/** Rows in the words of the labels, which have no addresses. */
function rowsOf(message: ReceivedMessage): Label[] {
  if (message.kind === 'auto_reply') return [{ reason: 'vacation', hard: false }]
  if (message.kind === 'complaint') {
    const count = Math.max(1, message.complainers.length)
    return Array.from({ length: count }, () => ({ reason: 'feedback', hard: false }))
  }
  return message.rows.map(({ action, reason, hard }) => ({ reason: action === 'delivered' ? action : reason, hard }))
}

test('real bounces, complaints and automatic replies are read as they were labelled', {
  skip: !labels && skipped,
}, (t) => {
  const total = { recipients: 0, found: 0, addressed: 0, sameHard: 0, falseHard: 0, sameReason: 0 }
  for (const [name, wanted] of Object.entries((labels as Labels).samples)) {
    const message = readReceived(sourceOf(name))
    const got = rowsOf(message)
    total.recipients += wanted.length
    if (got.length === wanted.length) total.found += wanted.length
    total.addressed += message.rows.every(({ address }) => address.includes('@')) ? wanted.length : 0
    for (const [index, label] of wanted.entries()) {
      const row = got[index]
      if (row?.hard === label.hard) total.sameHard++
      if (row?.hard && !label.hard) total.falseHard++
      if (row?.reason === label.reason) total.sameReason++
    }
  }
  const share = (count: number) => count / total.recipients
  const figures = {
    recipients: share(total.found),
    addressed: share(total.addressed),
    hardOrSoft: share(total.sameHard),
    falseHard: share(total.falseHard),
    reason: share(total.sameReason),
  }
  t.diagnostic(`of ${total.recipients} recipients: ${JSON.stringify(figures)}`)
  assert.ok(figures.recipients >= 0.99, `recipients ${figures.recipients}`)
  assert.ok(figures.addressed >= 0.98, `with an address ${figures.addressed}`)
  assert.ok(figures.hardOrSoft >= 0.97, `hard or soft ${figures.hardOrSoft}`)
  assert.ok(figures.falseHard <= 0.005, `soft taken for hard ${figures.falseHard}`)
  assert.ok(figures.reason >= 0.9, `reason ${figures.reason}`)
})

test('what is no bounce is not taken for one', { skip: !labels && skipped }, () => {
  for (const name of (labels as Labels).not_bounce) assert.equal(readReceived(sourceOf(name)).rows.length, 0, name)
})

test('a message reads the same with any line break', { skip: !labels && skipped }, () => {
  for (const name of Object.keys((labels as Labels).samples)) {
    const plain = sourceOf(name).toString('latin1').replace(/\r\n?/g, '\n')
    const [lf, cr, crlf] = ['\n', '\r', '\r\n'].map((end) =>
      readReceived(Buffer.from(plain.replaceAll('\n', end), 'latin1')),
    )
    assert.deepEqual(cr, lf, name)
    assert.deepEqual(crlf, lf, name)
  }
})

test('a damaged message is read without harm, and soon', { skip: !labels && skipped }, () => {
  let seed = 20_261_125
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  let slowest = 0
  for (const name of Object.keys((labels as Labels).samples)) {
    const source = sourceOf(name)
    for (let round = 0; round < 4; round++) {
      const damaged = Buffer.from(source)
      for (let hits = 0; hits < 20; hits++) damaged[random(damaged.length)] = random(256)
      const cut = damaged.subarray(0, random(damaged.length))
      for (const bytes of [damaged, cut, Buffer.concat([cut, cut])]) {
        const began = performance.now()
        readReceived(bytes)
        slowest = Math.max(slowest, performance.now() - began)
      }
    }
  }
  assert.ok(slowest < 2_000, `one took ${slowest} ms`)
})
