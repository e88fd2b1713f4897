import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backOff, type Ending, outcomeOf, type Stage } from './outcomes.ts'

const policy = { maxAttempts: 3, retryDelayMs: 1_000, retryDelayMaxMs: 60_000 }
const reply = (stage: Stage, text: string): Ending => ({ kind: 'reply', stage, code: Number(text.slice(0, 3)), text })
const lost = (stage: Stage): Ending => ({ kind: 'lost', stage, text: 'The server closed the connection' })

const table: [title: string, ending: Ending, state: string, hardBounce: boolean][] = [
  ['taken', reply('content', '250 2.0.0 Ok: queued as 123'), 'accepted', false],
  ['service closing at MAIL', reply('mail', '421 4.3.2 shutting down'), 'deferred', false],
  ['greylisted', reply('rcpt', '450 4.7.1 try again later'), 'deferred', false],
  ['full for now', reply('content', '452 4.3.1 insufficient storage'), 'deferred', false],
  ['no such user, enhanced', reply('rcpt', '550 5.1.1 <a@b> User unknown'), 'failed', true],
  ['no such domain', reply('rcpt', '550 5.1.2 bad destination'), 'failed', true],
  ['null MX', reply('rcpt', '556 5.1.10 does not take mail'), 'failed', true],
  ['no such user, in words only', reply('rcpt', '550 No such user here'), 'failed', true],
  ['does not exist, in words only', reply('rcpt', '550 that account does not exist'), 'failed', true],
  ['sender refused at RCPT', reply('rcpt', '550 5.1.8 bad sender domain'), 'failed', false],
  ['mailbox full', reply('rcpt', '552 5.2.2 over quota'), 'failed', false],
  ['policy', reply('rcpt', '550 5.7.1 user unknown to our policy'), 'failed', false],
  ['relay denied', reply('rcpt', '550 relaying denied'), 'failed', false],
  ['spam at the end of DATA', reply('content', '554 5.7.1 looks like spam'), 'failed', false],
  ['5.1.1 after DATA says nothing certain of the address', reply('content', '550 5.1.1 user unknown'), 'failed', false],
  ['sender refused', reply('mail', '553 5.1.7 bad sender'), 'failed', false],
  ['lost at MAIL', lost('mail'), 'deferred', false],
  ['lost at RCPT', lost('rcpt'), 'deferred', false],
  ['lost while waiting for 354', lost('data'), 'deferred', false],
  ['lost after the message', lost('content'), 'unknown', false],
  ['refused by ourselves', { kind: 'refused', text: 'no address' }, 'failed', false],
]

for (const [title, ending, state, hardBounce] of table) {
  test(`${title}: ${state}${hardBounce ? ', and never again' : ''}`, () => {
    const outcome = outcomeOf(ending, { attempts: 1, lane: 'campaign', random: 0.5 }, policy)
    assert.deepEqual({ state: outcome.state, hardBounce: outcome.hardBounce }, { state, hardBounce })
    assert.equal(outcome.delayMs === null, state !== 'deferred')
  })
}

test('the last attempt fails instead of waiting once more', () => {
  const outcome = outcomeOf(reply('rcpt', '450 later'), { attempts: 3, lane: 'campaign', random: 0.5 }, policy)
  assert.equal(outcome.state, 'failed')
  assert.match(outcome.reason ?? '', /3 attempts: 450 later/)
})

test('what a person waits for is sent again when it may have been lost, and in doubt after the last try', () => {
  const outcomes = [1, 3].map((attempts) =>
    outcomeOf(lost('content'), { attempts, lane: 'transactional', random: 0.5 }, policy),
  )
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['deferred', 'unknown'],
  )
})

test('the delay doubles with each try, up to the longest, and spreads by a quarter to both sides', () => {
  assert.deepEqual(
    [1, 2, 3, 20].map((tries) => backOff(tries, 1_000, 60_000, 0.5)),
    [1_000, 2_000, 4_000, 60_000],
  )
  assert.equal(backOff(1, 1_000, 60_000, 0), 750)
  assert.equal(backOff(1, 1_000, 60_000, 0.999), 1_250)
})
