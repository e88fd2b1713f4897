import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentClass, judge, type Observation } from './machine.ts'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
const person: Observation = {
  kind: 'click',
  method: 'GET',
  userAgent: chrome,
  purposes: [],
  afterAcceptanceMs: 60_000,
  linksAtOnce: 1,
  honeypot: false,
}
const open: Observation = { ...person, kind: 'open', linksAtOnce: 0 }

const table: [title: string, seen: Observation, isMachine: boolean][] = [
  ['a click in a browser a minute later', person, false],
  ['an open in a browser', open, false],
  ['an open at once: a person may have the program open', { ...open, afterAcceptanceMs: 500 }, false],
  [
    'an open through Gmail’s image proxy',
    { ...open, userAgent: 'Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)' },
    false,
  ],
  ['a click before the acceptance is recorded', { ...person, afterAcceptanceMs: undefined }, false],
  ['a HEAD request', { ...person, method: 'HEAD' }, true],
  ['Apple’s privacy proxy', { ...open, userAgent: 'Mozilla/5.0' }, true],
  ['no user agent', { ...person, userAgent: ' ' }, true],
  ['a named bot', { ...person, userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0)' }, true],
  ['a script', { ...person, userAgent: 'python-requests/2.32' }, true],
  ['a link scanner', { ...person, userAgent: 'BarracudaCentral link check' }, true],
  ['a browser’s prefetch', { ...person, purposes: ['prefetch;prerender'] }, true],
  ['a preview', { ...open, purposes: ['preview'] }, true],
  ['a click within two seconds of acceptance', { ...person, afterAcceptanceMs: 1_999 }, true],
  ['a bot that its maker named as it liked', { ...person, userAgent: 'ia_archiver' }, true],
  ['the link that only machines follow, or one beside it', { ...person, honeypot: true }, true],
  ['two links of one message at once', { ...person, linksAtOnce: 2 }, true],
]

for (const [title, seen, isMachine] of table) {
  test(`${title} is ${isMachine ? 'taken for a machine' : 'taken for a person'}`, () => {
    assert.equal(judge(seen).machine >= 0.5, isMachine)
  })
}

test('several signs make it surer, and are kept with the hit', () => {
  const verdict = judge({ ...person, afterAcceptanceMs: 100, linksAtOnce: 9 })
  assert.deepEqual(verdict.signs, ['burst_of_links', 'right_after_acceptance'])
  assert.equal(verdict.machine, 0.98)
})

test('of a user agent only a coarse class is kept', () => {
  assert.equal(agentClass(chrome), 'desktop')
  assert.equal(agentClass(''), 'none')
  assert.equal(agentClass('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari'), 'phone')
  assert.equal(agentClass('x GoogleImageProxy'), 'gmail')
})
