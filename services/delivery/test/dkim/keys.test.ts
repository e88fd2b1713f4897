import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type NameServer, openNameServer } from '@fanfare/testkit'
import type { DkimAlgorithm, DkimKey } from '../../src/contract.ts'
import type { DeliveryTables } from '../../src/store/tables.ts'
import { buildEmail, buildSender } from '../factories.ts'
import { openSink } from '../sink.ts'
import { buildCampaign, openStage, type Stage, senderTo, sendOut } from '../stage.ts'
import { type Records, verifiers } from './verifiers.ts'

let stage: Stage
let names: NameServer
before(async () => {
  names = await openNameServer()
  stage = await openStage({ dnsServers: names.address })
})
after(async () => {
  await names[Symbol.asyncDispose]()
  await stage[Symbol.asyncDispose]()
})

const domain = 'sender.example'
const owner = (tenantId = stage.app.tenant()) => ({ tenantId, api: stage.app.as({ tenantId, role: 'owner' }) })
type Api = ReturnType<typeof owner>['api']

async function generate(api: Api, algorithm: DkimAlgorithm, change: Record<string, unknown> = {}): Promise<DkimKey> {
  const made = await api.post('/v1/dkim-keys', { domain, algorithm, ...change })
  assert.equal(made.status, 201, made.text)
  return made.body
}
function publish(...keys: readonly DkimKey[]): Records {
  names.zone = { txt: Object.fromEntries(keys.map(({ record }) => [record.name, [record.value]])) }
  return Object.fromEntries(keys.map(({ record }) => [record.name, record.value]))
}
const activate = (api: Api, { id }: DkimKey) => api.post(`/v1/dkim-keys/${id}/activate`)
const retire = (api: Api, { id }: DkimKey, body = {}) => api.post(`/v1/dkim-keys/${id}/retire`, body)
const selectorsOf = (source: string) => [...source.matchAll(/ s=([a-z0-9-]+);/g)].map(([, selector]) => selector)

test('a key is made, published, activated, rotated and removed', async () => {
  const { api } = owner()
  const old = await generate(api, 'rsa-sha256', { selector: 'Old' })
  assert.deepEqual([old.state, old.record.name], ['new', 'old._domainkey.sender.example'])
  assert.ok(old.record.strings.every((text) => text.length <= 255))
  names.zone = {}
  const early = await activate(api, old)
  assert.deepEqual([early.status, early.body.code], [409, 'delivery.dkim_not_published'])
  publish(old)
  assert.equal((await api.post(`/v1/dkim-keys/${old.id}/check`)).body.published, true)
  assert.equal((await activate(api, old)).body.state, 'active')
  assert.equal((await activate(api, old)).body.state, 'active')
  const next = await generate(api, 'rsa-sha256', { selector: 'next' })
  publish(old, next)
  assert.equal((await activate(api, next)).body.state, 'active')
  assert.equal((await retire(api, old)).body.state, 'retired')
  assert.equal((await retire(api, next)).body.code, 'delivery.dkim_last_key')
  assert.equal((await api.delete(`/v1/dkim-keys/${next.id}`)).body.code, 'delivery.dkim_key_active')
  assert.equal((await api.delete(`/v1/dkim-keys/${old.id}`)).status, 204)
  assert.equal((await retire(api, next, { leaveUnsigned: true })).body.state, 'retired')
  const listed = await api.get('/v1/dkim-keys')
  assert.deepEqual(
    listed.body.rows.map(({ selector, state }: DkimKey) => [selector, state]),
    [['next', 'retired']],
  )
})

test('what DNS says of a key is told with what to do', async () => {
  const { api } = owner()
  const key = await generate(api, 'ed25519-sha256')
  const other = await generate(api, 'ed25519-sha256')
  const name = key.record.name
  const said = async (texts: readonly string[] | undefined, broken: string[] = []) => {
    names.zone = { broken, ...(texts && { txt: { [name]: texts } }) }
    return (await api.post(`/v1/dkim-keys/${key.id}/check`)).body
  }
  assert.match((await said(undefined)).text, /no TXT record; publish: v=DKIM1; k=ed25519; p=/)
  assert.match((await said(['v=DKIM1; k=ed25519; p='])).text, /revoked/)
  assert.match((await said([other.record.value])).text, /another key/)
  assert.match((await said([key.record.value.replace('k=ed25519; ', '')])).text, /another key/)
  assert.match((await said([key.record.value, other.record.value])).text, /2 TXT records/)
  assert.match((await said(['hello'])).text, /no DKIM key/)
  assert.match((await said(undefined, [name])).text, /could not be looked up \(ESERVFAIL\)/)
  assert.equal((await said([key.record.value.replaceAll('; ', ' ;  ')])).published, true)
})

test('a private key is sealed where it is stored and returned by nothing', async () => {
  const { tenantId, api } = owner()
  const key = await generate(api, 'rsa-sha256')
  const row = await stage.app.db
    .as<DeliveryTables>()
    .withTenant(tenantId, (trx) => trx.selectFrom('delivery.dkim_key').selectAll().executeTakeFirstOrThrow())
  assert.match(row.private_key, /^v1\./)
  assert.doesNotMatch(JSON.stringify(row), /PRIVATE KEY/)
  const listed = await api.get('/v1/dkim-keys')
  assert.ok(!listed.text.includes(row.private_key) && !/private/i.test(listed.text))
  assert.equal(listed.body.rows[0].id, key.id)
})

test('bad domains and selectors are refused, and a selector is taken once', async () => {
  const { api } = owner()
  for (const wrong of [
    { domain: 'example' },
    { domain: 'a\r\nb.example' },
    { selector: 'a.b; p=x' },
    { selector: 'a\r\nX: y' },
    { algorithm: 'rsa-sha1' },
  ]) {
    const reply = await api.post('/v1/dkim-keys', { domain, algorithm: 'ed25519-sha256', ...wrong })
    assert.equal(reply.status, 400, JSON.stringify(wrong))
  }
  await generate(api, 'ed25519-sha256', { selector: 'same' })
  const again = await api.post('/v1/dkim-keys', { domain, algorithm: 'ed25519-sha256', selector: 'same' })
  assert.equal(again.body.code, 'delivery.dkim_selector_taken')
  const viewer = stage.app.as({ tenantId: stage.app.tenant(), role: 'viewer' })
  assert.equal((await viewer.post('/v1/dkim-keys', { domain })).status, 403)
  assert.equal((await api.post(`/v1/dkim-keys/${randomUUID()}/activate`)).status, 404)
})

test('of two that retire the last two keys of a domain at once, one is refused', async () => {
  const { api } = owner()
  const keys = [await generate(api, 'ed25519-sha256'), await generate(api, 'ed25519-sha256')]
  publish(...keys)
  for (const key of keys) await activate(api, key)
  const replies = await Promise.all(keys.map((key) => retire(api, key)))
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409])
})

for (const verifier of verifiers) {
  const there = verifier.isThere()
  describe(`${verifier.name} takes what leaves`, {
    skip: !there && `${verifier.name} is not here: apt-get install ${verifier.debian}`,
  }, () => {
    test('every message of a campaign is signed with every active key, the unsubscribe headers inside', async () => {
      await using sink = await openSink()
      const { tenantId, api } = owner()
      const keys = [await generate(api, 'rsa-sha256'), await generate(api, 'ed25519-sha256')]
      const records = publish(...keys)
      for (const key of keys) await activate(api, key)
      const email = {
        ...buildEmail(),
        subject: 'Grüße {{first_name}} 🎉',
        text: '.dot\nÄ  \n\n{{unsubscribe_url}}\n\n',
      }
      const campaign = await buildCampaign(stage, { tenantId, email, count: 150, sender: senderTo(sink.port) })
      const { sent } = await sendOut(stage, campaign)
      assert.equal(sent, 150)
      const results = await verifier.verify(
        sink.messages.map(({ source }) => Buffer.from(source, 'latin1')),
        records,
      )
      for (const [index, result] of results.entries()) {
        const source = sink.messages[index]?.source ?? ''
        assert.equal(result.length, 2)
        assert.ok(result[0] === 'pass' && /^(pass|unsupported)$/.test(result[1] as string), `${result}`)
        const signed =
          source
            .match(/ h=([^;]*);/)?.[1]
            ?.replace(/\s/g, '')
            .split(':') ?? []
        for (const name of ['from', 'subject', 'to', 'list-unsubscribe', 'list-unsubscribe-post'])
          assert.equal(signed.filter((each) => each === name).length, 2, name)
        assert.doesNotMatch(source, /[; ]l=\d/)
      }
    })
  })
}

test('no message leaves unsigned while keys are rotated in the middle of a campaign', async () => {
  await using sink = await openSink()
  const { tenantId, api } = owner()
  const old = await generate(api, 'ed25519-sha256', { selector: 'old' })
  const next = await generate(api, 'ed25519-sha256', { selector: 'next' })
  publish(old, next)
  await activate(api, old)
  const sender = senderTo(sink.port, { messagesPerSecond: 400 })
  const campaign = await buildCampaign(stage, { tenantId, count: 600, sender })
  const sending = sendOut(stage, campaign)
  while (sink.messages.length < 100) await new Promise((resolve) => setTimeout(resolve, 10))
  await activate(api, next)
  await retire(api, old)
  await sending
  assert.equal(sink.messages.length, 600)
  const used = new Set(sink.messages.map(({ source }) => selectorsOf(source).sort().join('+')))
  assert.ok(!used.has(''), 'a message left unsigned')
  assert.ok(used.has('old') && used.has('next'), [...used].join(', '))
})

test('a test send is signed, also by the key of a domain above, and not by one of another workspace', async () => {
  const { tenantId, api } = owner()
  const key = await generate(api, 'ed25519-sha256', { selector: 'up' })
  publish(key)
  await activate(api, key)
  const emailId = randomUUID()
  stage.content.emails.set(emailId, buildEmail())
  const signaturesFor = async (tenant: string, fromEmail: string) => {
    const session = owner(tenant)
    const sender = await session.api.post('/v1/senders', buildSender({ fromEmail }))
    const to = 'tester@example.org'
    const { accepted } = await stage.engine.sendTest({ tenantId: tenant, senderId: sender.body.id, emailId, to })
    assert.equal(accepted, true)
    const [message] = (await session.api.get('/v1/sandbox/messages')).body.rows
    const shown = await session.api.get(`/v1/sandbox/messages/${message.id}`)
    return selectorsOf(shown.text.replaceAll('\\r\\n', '\r\n'))
  }
  assert.deepEqual(await signaturesFor(tenantId, 'a@news.sender.example'), ['up'])
  assert.deepEqual(await signaturesFor(tenantId, 'a@other.example'), [])
  assert.deepEqual(await signaturesFor(stage.app.tenant(), 'a@sender.example'), [])
})
