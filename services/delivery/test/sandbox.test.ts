import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { corpus } from '@fanfare/testkit'
import { buildEmail } from './factories.ts'
import { buildCampaign, eventually, openStage, type Stage, sendOut } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage({ sandboxMessages: 50 })
})
after(() => stage[Symbol.asyncDispose]())

async function readBox(tenantId: string, query = '') {
  const api = stage.app.as({ tenantId, role: 'viewer' })
  return (await api.get(`/v1/sandbox/messages?limit=100${query}`)).body.rows as {
    id: string
    subject: string
    to: string[]
  }[]
}

test('a message is shown with headers, texts and source, its HTML without scripts or an origin', async () => {
  const campaign = await buildCampaign(stage)
  await sendOut(stage, campaign)
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'viewer' })
  const [listed] = await readBox(campaign.tenantId)
  const message = await api.get(`/v1/sandbox/messages/${listed?.id}`)
  assert.equal(message.body.subject, 'Hello Ada')
  assert.match(message.body.text, /Hello Ada/)
  assert.ok(message.body.headers.some((header: { name: string }) => header.name === 'List-Unsubscribe-Post'))
  const source = await api.get(`/v1/sandbox/messages/${listed?.id}/source`)
  assert.match(source.headers.get('content-type') ?? '', /^text\/plain/)
  assert.match(source.text, /^MIME-Version: 1\.0\r$/m)
  const shown = await api.get(`/v1/sandbox/messages/${listed?.id}/html`)
  const policy = shown.headers.get('content-security-policy') ?? ''
  assert.match(policy, /^sandbox /)
  assert.doesNotMatch(policy, /allow-scripts|allow-same-origin/)
  assert.match(shown.text, /Hello Ada/)
})

test('another workspace sees no message, by list or by id', async () => {
  const campaign = await buildCampaign(stage)
  await sendOut(stage, campaign)
  const [listed] = await readBox(campaign.tenantId)
  const stranger = stage.app.as({ tenantId: stage.app.tenant(), role: 'owner' })
  assert.deepEqual((await stranger.get('/v1/sandbox/messages')).body.rows, [])
  for (const part of ['', '/source', '/html']) {
    assert.equal((await stranger.get(`/v1/sandbox/messages/${listed?.id}${part}`)).status, 404)
    assert.equal((await stranger.get(`/v1/sandbox/messages/${randomUUID()}${part}`)).status, 404)
    assert.equal((await stage.app.anonymous.get(`/v1/sandbox/messages/${listed?.id}${part}`)).status, 401)
  }
})

test('messages are paged newest first, searched, and cleared', async () => {
  const campaign = await buildCampaign(stage, { recipients: [{ email: 'Findme@x.example' }, {}, {}] })
  await sendOut(stage, campaign)
  const api = stage.app.as({ tenantId: campaign.tenantId, role: 'owner' })
  const first = (await api.get('/v1/sandbox/messages?limit=2')).body
  const second = (await api.get(`/v1/sandbox/messages?limit=2&cursor=${first.nextCursor}`)).body
  assert.deepEqual([first.rows.length, second.rows.length, second.nextCursor], [2, 1, null])
  assert.deepEqual(
    (await readBox(campaign.tenantId, '&search=findme')).map((row) => row.to),
    [['Findme@x.example']],
  )
  assert.equal((await api.delete('/v1/sandbox/messages')).status, 204)
  assert.deepEqual(await readBox(campaign.tenantId), [])
})

test('only the newest messages are kept', async () => {
  const campaign = await buildCampaign(stage, { count: 120 })
  await sendOut(stage, campaign)
  const rows = await eventually(
    () => readBox(campaign.tenantId),
    (listed) => listed.length < 100,
  )
  assert.ok(rows.length >= 50)
})

test('every hostile string of the corpus goes through a real send as it is', async (t) => {
  const file = corpus('strings/blns.json')
  if (file === undefined) return t.skip('The corpus of hostile strings is not here')
  const strings = (JSON.parse(readFileSync(file, 'utf8')) as string[]).filter((text) => text.trim() !== '').slice(0, 40)
  const campaign = await buildCampaign(stage, {
    count: strings.length,
    email: { ...buildEmail(), subject: '{{name}}', text: '{{name}}' },
  })
  campaign.recipients.forEach(({ contactId }, index) => {
    const contact = stage.audience.contacts.get(contactId)
    if (contact) contact.values = { name: strings[index] as string }
  })
  const accounting = await sendOut(stage, campaign)
  assert.equal(accounting.sent, strings.length)
})
