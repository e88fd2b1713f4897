import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type NameServer, openNameServer, type Zone } from '@fanfare/testkit'
import { publicPart } from '../src/dkim/key-pair.ts'
import { keyRecord } from '../src/dkim/record.ts'
import { createResolver, type Resolver } from '../src/dns/resolver.ts'
import type { Check } from '../src/senders/checks/check.ts'
import type { OwnKey } from '../src/senders/checks/dkim.ts'
import { checkDomain, type DomainFacts, judgeBulk } from '../src/senders/readiness.ts'
import { buildSender } from './factories.ts'
import { openSink } from './sink.ts'
import { openStage, senderTo } from './stage.ts'

let names: NameServer
let resolver: Resolver
before(async () => {
  names = await openNameServer()
  resolver = createResolver([names.address])
})
after(() => names[Symbol.asyncDispose]())

const publicKey = publicPart('ed25519-sha256', generateKeyPairSync('ed25519').publicKey)
const key: OwnKey = {
  domain: 'sender.example',
  selector: 'k9',
  algorithm: 'ed25519-sha256',
  publicKey,
  state: 'active',
}
const facts: DomainFacts = {
  domain: 'sender.example',
  host: 'mail.sender.example',
  returnPathDomain: '',
  keys: [],
  signsElsewhere: false,
}
const inOrder: Zone = {
  txt: {
    'sender.example': ['v=spf1 include:_spf.mail.example -all', 'google-site-verification=x'],
    '_spf.mail.example': ['v=spf1 ip4:192.0.2.0/24 ~all'],
    's1._domainkey.sender.example': ['v=DKIM1; k=rsa; p=MIIBIjAN'],
    '_dmarc.sender.example': ['v=DMARC1; p=none'],
  },
  a: { 'mail.sender.example': ['192.0.2.1'] },
  ptr: { '1.2.0.192.in-addr.arpa': ['mail.sender.example'] },
}
const text = (change: Record<string, readonly string[]>): Zone => ({ ...inOrder, txt: { ...inOrder.txt, ...change } })

async function look(zone: Zone, change: Partial<DomainFacts> = {}): Promise<Record<Check['name'], Check>> {
  names.zone = zone
  const checks = await checkDomain(resolver, { ...facts, ...change })
  return Object.fromEntries(checks.map((check) => [check.name, check])) as Record<Check['name'], Check>
}
const statesOf = (checks: Record<string, Check>) => Object.values(checks).map(({ name, state }) => `${name} ${state}`)

test('a domain with everything in order passes', async () => {
  const found = ['spf pass', 'dkim pass', 'dmarc pass', 'ptr pass', 'return_path pass']
  assert.deepEqual(statesOf(await look(inOrder)), found)
})

test('a domain with nothing is told what to publish', async () => {
  const checks = await look({})
  assert.deepEqual(statesOf(checks), ['spf fail', 'dkim warn', 'dmarc fail', 'ptr warn', 'return_path pass'])
  assert.deepEqual(checks.spf.record, {
    name: 'sender.example',
    type: 'TXT',
    value: 'v=spf1 a:mail.sender.example ~all',
  })
  assert.deepEqual(checks.dmarc.record, {
    name: '_dmarc.sender.example',
    type: 'TXT',
    value: 'v=DMARC1; p=none; rua=mailto:dmarc@sender.example',
  })
})

const spf: [title: string, records: readonly string[], state: string][] = [
  ['two records', ['v=spf1 -all', 'v=spf1 ~all'], 'fail'],
  ['everybody allowed', ['v=spf1 a +all'], 'fail'],
  ['everybody allowed without a plus', ['v=spf1 a all'], 'fail'],
  ['ten look-ups', [`v=spf1 ${Array.from({ length: 10 }, (_, n) => `a:h${n}.example`).join(' ')} -all`], 'pass'],
  ['eleven look-ups', [`v=spf1 ${Array.from({ length: 11 }, (_, n) => `a:h${n}.example`).join(' ')} -all`], 'fail'],
  ['a record that includes itself', ['v=spf1 include:sender.example -all'], 'fail'],
  ['another version', ['v=spf10 -all'], 'fail'],
]
for (const [title, records, state] of spf) {
  test(`SPF with ${title}: ${state}`, async () =>
    assert.equal((await look(text({ 'sender.example': records }))).spf.state, state))
}

const dmarc: [title: string, zone: Zone, domain: string, state: string][] = [
  ['of the domain above', inOrder, 'news.sender.example', 'pass'],
  ['without a policy', text({ '_dmarc.sender.example': ['v=DMARC1; rua=mailto:x@y.example'] }), facts.domain, 'fail'],
  ['with an unknown policy', text({ '_dmarc.sender.example': ['v=DMARC1; p=maybe'] }), facts.domain, 'fail'],
  ['twice', text({ '_dmarc.sender.example': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] }), facts.domain, 'fail'],
  ['of another version', text({ '_dmarc.sender.example': ['v=DMARC2; p=none'] }), facts.domain, 'fail'],
  ['that cannot be looked up', { ...inOrder, broken: ['_dmarc.sender.example'] }, facts.domain, 'warn'],
]
for (const [title, zone, domain, state] of dmarc) {
  test(`DMARC ${title}: ${state}`, async () => assert.equal((await look(zone, { domain })).dmarc.state, state))
}

test('our own keys count by what DNS has of them', async () => {
  const record = keyRecord(key)
  const published = text({ [record.name]: [record.value] })
  assert.match((await look(published, { keys: [key] })).dkim.text, /signed for sender\.example with k9/)
  const lost = (await look(inOrder, { keys: [key] })).dkim
  assert.deepEqual([lost.state, lost.record?.value], ['fail', record.value])
  const other = text({ [record.name]: [record.value.replace(publicKey, publicKey.toLowerCase())] })
  assert.equal((await look(other, { keys: [key] })).dkim.state, 'fail')
  const bare = { ...inOrder, txt: {} }
  const waiting = (await look(bare, { keys: [{ ...key, state: 'new' }] })).dkim
  assert.deepEqual([waiting.state, waiting.record?.name], ['fail', 'k9._domainkey.sender.example'])
  assert.equal((await look(published, { domain: 'news.sender.example', keys: [key] })).dkim.state, 'pass')
  assert.equal((await look(text({ 's1._domainkey.sender.example': ['v=DKIM1; p='] }))).dkim.state, 'warn')
})

test('a name that leads elsewhere does not pass; a provider needs none', async () => {
  const elsewhere = { ...inOrder, ptr: { '1.2.0.192.in-addr.arpa': ['other.example'] } }
  assert.equal((await look(elsewhere)).ptr.state, 'warn')
  assert.equal((await look(inOrder, { host: '' })).ptr.state, 'skipped')
})

test('a return path must take mail and belong to the domain', async () => {
  const at = async (returnPathDomain: string, mx: Zone['mx'] = {}) =>
    (await look({ ...inOrder, mx }, { returnPathDomain })).return_path
  assert.equal((await at('bounces.sender.example')).state, 'fail')
  assert.equal((await at('bounces.sender.example')).record?.type, 'MX')
  assert.equal((await at('bounces.sender.example', { 'bounces.sender.example': ['mx.example'] })).state, 'pass')
  assert.equal((await at('bounces.other.example', { 'bounces.other.example': ['mx.example'] })).state, 'warn')
})

test('bulk mail waits for every proof; other warnings do not hold it up', () => {
  const all = (['spf', 'dkim', 'dmarc', 'ptr', 'unsubscribe'] as const).map(
    (name): Check => ({ name, state: 'pass', text: '', record: null }),
  )
  const but = (name: string, state: Check['state']) =>
    all.map((each) => (each.name === name ? { ...each, state } : each))
  assert.equal(judgeBulk(all).state, 'pass')
  assert.equal(judgeBulk(but('ptr', 'warn')).state, 'pass')
  for (const name of ['spf', 'dkim', 'dmarc', 'unsubscribe']) {
    assert.equal(judgeBulk(but(name, 'warn')).state, 'fail')
    assert.match(judgeBulk(but(name, 'fail')).text, new RegExp(`Mend: ${name}$`, 'i'))
  }
})

test('the route shows every check with the record that would mend it, and the verdict', async () => {
  names.zone = inOrder
  await using stage = await openStage({ dnsServers: names.address })
  await using sink = await openSink()
  const api = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  const sender = await api.post('/v1/senders', buildSender(senderTo(sink.port)))
  const reply = await api.post(`/v1/senders/${sender.body.id}/check`)
  assert.equal(reply.status, 200, reply.text)
  const states = reply.body.checks.map(({ name, state }: Check) => `${name} ${state}`)
  assert.deepEqual(states, [
    'connection pass',
    'spf pass',
    'dkim pass',
    'dmarc pass',
    'ptr warn',
    'return_path pass',
    'unsubscribe fail',
    'from pass',
    'tracking skipped',
  ])
  assert.deepEqual(reply.body.bulk.state, 'fail')
  assert.match(reply.body.bulk.text, /Mend: unsubscribe$/)
})
