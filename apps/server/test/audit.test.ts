import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { buildMember, buildOwner, type Owner, signedInTo } from '@fanfare/identity/factories'
import { openOpenidProvider } from '@fanfare/identity/test/openid-provider'
import { Http, Jobs } from '@fanfare/kernel'
import { boot, type NameServer, openNameServer, type TestApp, type TestClient, type TestReply } from '@fanfare/testkit'
import { sql } from 'kysely'
import { platform } from '../platform.ts'

/** Routes that change or send something and leave no entry, each with the reason. A new one is audited, or comes here. */
const notAudited: Readonly<Record<string, string>> = {
  createContact:
    'one of thousands by a shop or a sync; the ledger of consent says who brought the contact and on what basis',
  updateContact: 'likewise; the ledger of consent has changes of status and basis',
  addToList: 'likewise; deleting a list, which cannot be undone, is told',
  removeFromList: 'likewise',
  countSegment: 'reads',
  createEmail: 'a draft: nothing is sent before an approval, which is told with the fingerprint of the text',
  updateEmail: 'likewise; the editor saves while one types',
  copyEmail: 'likewise',
  checkEmail: 'reads',
  previewEmail: 'reads',
  checkSender: 'looks and changes no setting',
  checkDkimKey: 'looks and changes nothing',
  checkMailbox: 'looks and changes nothing',
  uploadWorkspacePicture: 'shows nowhere before the appearance names it, which is told',
  testSsoConnection: 'looks and changes nothing',
  testWebhook: 'sends an example to an address whose setting is told; the history of the webhook has it',
  sendMessage: 'one of millions; the delivery ledger has each with its story, the key its last use',
  recordEvents: 'figures that a program hands in, thousands a minute',
}

/** Routes that only read and are told all the same: data leaves the house. */
const toldReads = ['exportContacts', 'exportAudit', 'fetchWorkspaceExport']

test('every route that changes something leaves an entry that names it, or is excused with a reason', async () => {
  await using names = await openNameServer()
  await using provider = await openOpenidProvider({ person, redirectUris: ['http://127.0.0.1/back'] })
  await using app = await boot([...platform], {
    config: {
      identity: { bcryptCost: 4, dnsServers: names.address, allowPrivateIssuers: 'true' },
      delivery: { dnsServers: names.address },
    },
  })
  const owner = await buildOwner(app)
  const { tenantId } = owner
  const { key } = await app.get(Identity).issueKey({ tenantId, name: 'walk', role: 'owner' })
  await walk(callerOf(app, key), app, { tenantId, names })
  await walkLook(callerOf(app, key), names)
  await walkSignOn(personOf(await signedInTo(app, owner)), { issuer: provider.issuer, names })
  await walkPeople(app, owner)
  await app.drain()

  const told = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = `/v1/audit?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`
    const { body }: TestReply = await app.anonymous.get(page, { authorization: `Bearer ${key}` })
    for (const { operation } of body.rows) told.add(operation)
    cursor = body.nextCursor
  }
  const routes = app.get(Http).routes()
  const changing = routes.filter(({ method, access }) => method !== 'GET' && access.kind === 'can')
  const due = [...changing, ...routes.filter(({ name }) => toldReads.includes(name))]
  const silent = due
    .filter(({ name, method, path }) => !told.has(`${method} ${path}`) && notAudited[name] === undefined)
    .map(({ name, method, path }) => `${method} ${path} (${name})`)
  assert.deepEqual(silent, [], 'record an entry with recordAudit and take the step in walk(), or excuse the route')

  const excusedForNothing = Object.keys(notAudited).filter((name) => {
    const route = changing.find((each) => each.name === name)
    return route === undefined || told.has(`${route.method} ${route.path}`)
  })
  assert.deepEqual(excusedForNothing, [], 'these are gone, or are told: take them off the list')

  const verification = await app.anonymous.get('/v1/audit/verification', { authorization: `Bearer ${key}` })
  assert.deepEqual(verification.body.findings, [])
})

/** Calls with a key, and holds that the call came off. */
type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<TestReply['body']>

function callerOf(app: TestApp, key: string): Call {
  return async (method, path, body, headers = {}) => {
    const reply = await app.anonymous.request(method, path, body, { authorization: `Bearer ${key}`, ...headers })
    assert.ok(reply.status < 300, `${method} ${path} answered ${reply.status}: ${reply.text}`)
    return reply.body
  }
}

const brief = {
  goal: 'Tell people',
  callToAction: { label: 'Look', url: 'https://example.com/look' },
  facts: ['It is blue'],
  variants: 1,
}
const body =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Hello <a href="{{unsubscribe_url}}">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>'

function personOf(browser: TestClient): Call {
  return async (method, path, content) => {
    const reply = await browser.request(method, path, content)
    assert.ok(reply.status < 300, `${method} ${path} answered ${reply.status}: ${reply.text}`)
    return reply.body
  }
}

interface Place {
  readonly tenantId: string
  readonly names: NameServer
}

/** Does everything there is to do in a workspace once. */
async function walk(call: Call, app: TestApp, place: Place): Promise<void> {
  await walkIdentity(call)
  const listId = await walkAudience(call)
  await walkContent(call)
  const senderId = await walkSenders(call, app, place)
  await walkMessages(call, app, { ...place, senderId })
  await walkMailboxesAndWebhooks(call)
  await walkCampaigns(call, app, { listId })
}

async function walkIdentity(call: Call): Promise<void> {
  await call('PATCH', '/v1/workspace', { name: 'Big house' })
  const key = await call('POST', '/v1/api-keys', { name: 'Shop', role: 'viewer' })
  await call('PATCH', `/v1/api-keys/${key.id}`, { name: 'Old shop' })
  await call('POST', `/v1/api-keys/${key.id}/rotate`, {})
  await call('DELETE', `/v1/api-keys/${key.id}/former`)
  await call('DELETE', `/v1/api-keys/${key.id}`)
  await call('GET', '/v1/audit/export')
}

async function walkLook(call: Call, names: NameServer): Promise<void> {
  await call('PUT', '/v1/workspace/appearance', { productName: 'Big house', senderAddress: 'hello@mail.house.example' })
  await call('PUT', '/v1/workspace/site-domain', { domain: 'app.house.example' })
  for (const purpose of ['site', 'sender'] as const) {
    const settings = await call('GET', '/v1/workspace/appearance')
    const [{ name, value }] = settings[`${purpose}Domain`].records
    names.zone = { txt: { [name]: [value] } }
    await call('POST', `/v1/workspace/${purpose}-domain/check`)
  }
  await call('DELETE', '/v1/workspace/site-domain')
}

const person = { subject: 'ada', email: 'ada@house.example', emailVerified: true, name: 'Ada' }

async function walkSignOn(ada: Call, { issuer, names }: { issuer: string; names: NameServer }): Promise<void> {
  await ada('PUT', '/v1/sso-connection', { issuer, clientId: 'house', clientSecret: 'a secret of the issuer' })
  const { id, record } = await ada('POST', '/v1/sso-domains', { domain: 'house.example' })
  names.zone = { txt: { [record.name]: [record.value] } }
  await ada('POST', `/v1/sso-domains/${id}/verify`)
  await ada('DELETE', `/v1/sso-domains/${id}`)
  await ada('DELETE', '/v1/sso-connection')
}

/** What only people may do, the owner and one whom they invite. */
async function walkPeople(app: TestApp, owner: Owner): Promise<void> {
  const ada = personOf(await signedInTo(app, owner))
  const member = await buildMember(app, owner, 'editor')
  await ada('PATCH', `/v1/members/${member.userId}`, { role: 'admin' })
  const invitation = await ada('POST', '/v1/invitations', { email: 'later@example.com', role: 'viewer' })
  await ada('POST', `/v1/invitations/${invitation.id}/resend`)
  await ada('DELETE', `/v1/invitations/${invitation.id}`)

  const team = await ada('POST', '/v1/teams', { name: 'Writers' })
  await ada('PATCH', `/v1/teams/${team.id}`, { name: 'Editors' })
  await ada('PUT', `/v1/teams/${team.id}/members/${member.userId}`)
  await ada('DELETE', `/v1/teams/${team.id}/members/${member.userId}`)
  await ada('DELETE', `/v1/teams/${team.id}`)

  await ada('PUT', '/v1/workspace/second-factor', { needed: false })
  const file = await ada('POST', '/v1/workspace/exports')
  await app.get(Jobs).drain()
  await ada('GET', `/v1/workspace/exports/${file.id}/file`)
  await ada('DELETE', `/v1/workspace/exports/${file.id}`)
  const { name } = await ada('GET', '/v1/workspace')
  await ada('POST', '/v1/workspace/deletion', { name })
  await ada('DELETE', '/v1/workspace/deletion')

  await ada('POST', '/v1/workspace/transfer', { userId: member.userId })
  await ada('DELETE', '/v1/workspace/transfer')
  await ada('POST', '/v1/workspace/transfer', { userId: member.userId })
  const grace = personOf(member.browser)
  await grace('POST', '/v1/workspace/transfer/accept')
  await grace('DELETE', `/v1/members/${owner.userId}`)
}

async function walkAudience(call: Call): Promise<string> {
  const list = await call('POST', '/v1/lists', { name: 'Friends' })
  await call('PATCH', `/v1/lists/${list.id}`, { description: 'Of the house' })
  const going = await call('POST', '/v1/lists', { name: 'Going' })
  await call('DELETE', `/v1/lists/${going.id}`)
  const contact = (email: string) => call('POST', '/v1/contacts', { email, consentBasis: 'opt_in', listIds: [list.id] })
  for (const name of ['grace', 'edsger', 'barbara']) await contact(`${name}@example.com`)
  const { id: contactId } = await contact('gone@example.com')
  await call('DELETE', `/v1/contacts/${contactId}`)
  await call('POST', '/v1/fields', { key: 'plan', label: 'Plan', type: 'text' })
  const rules = { match: 'all', conditions: [] }
  const segment = await call('POST', '/v1/segments', { name: 'All', rules })
  await call('PUT', `/v1/segments/${segment.id}`, { name: 'Everybody', rules })
  await call('DELETE', `/v1/segments/${segment.id}`)
  const suppression = await call('POST', '/v1/suppressions', { email: 'no@example.com' })
  await call('DELETE', `/v1/suppressions/${suppression.id}`)
  for (const step of ['start', 'cancel']) {
    const upload = await call('POST', '/v1/imports?fileName=people.csv', 'Email\nada@example.org\n', {
      'content-type': 'text/csv',
    })
    const mapping = { columns: [{ kind: 'field', key: 'email' }], consentBasis: 'opt_in' }
    await call('POST', `/v1/imports/${upload.id}/${step}`, step === 'start' ? mapping : undefined)
  }
  await call('GET', '/v1/contacts/export')
  return list.id
}

async function walkContent(call: Call): Promise<void> {
  await call('PUT', '/v1/brand', { name: 'House', postalAddress: '1 Main Street' })
  await call('PUT', '/v1/partials/footer', { body: 'Bye' })
  await call('DELETE', '/v1/partials/footer')
  const email = await call('POST', '/v1/emails', { name: 'Old', subject: 'Old', format: 'mjml', body })
  await call('DELETE', `/v1/emails/${email.id}`)
  const run = await call('POST', '/v1/crew-runs', { brief })
  await call('POST', `/v1/crew-runs/${run.id}/stop`)
}

const sandbox = {
  fromName: 'House',
  fromEmail: 'hello@house.example',
  postalAddress: '1 Main Street',
  kind: 'sandbox',
}

async function walkSenders(call: Call, app: TestApp, { tenantId, names }: Place): Promise<string> {
  const sender = await call('POST', '/v1/senders', { name: 'News', ...sandbox })
  await call('PUT', `/v1/senders/${sender.id}`, { name: 'Newsletter', ...sandbox })
  const going = await call('POST', '/v1/senders', { name: 'Going', ...sandbox })
  await call('DELETE', `/v1/senders/${going.id}`)
  await app.db.withTenant(tenantId, (trx) =>
    sql`
      insert into delivery.hold (tenant_id, sender_id, destination, kind, reason, until)
      values (${tenantId}, ${sender.id}, 'google', 'slowed', '421 slow down', now() + interval '1 day')
    `.execute(trx),
  )
  await call('DELETE', `/v1/senders/${sender.id}/holds/google`)
  const dkim = await call('POST', '/v1/dkim-keys', { domain: 'house.example', algorithm: 'ed25519-sha256' })
  names.zone = { txt: { [dkim.record.name]: [dkim.record.value] } }
  await call('POST', `/v1/dkim-keys/${dkim.id}/activate`)
  await call('POST', `/v1/dkim-keys/${dkim.id}/retire`, { leaveUnsigned: true })
  await call('DELETE', `/v1/dkim-keys/${dkim.id}`)
  return sender.id
}

async function walkMessages(call: Call, app: TestApp, place: { tenantId: string; senderId: string }): Promise<void> {
  const { tenantId, senderId } = place
  const order = (name: string) =>
    call('POST', '/v1/messages', {
      senderId,
      to: [{ email: `${name}@example.com` }],
      content: { kind: 'inline', subject: 'Hello', text: 'Hello' },
      sendAt: new Date(Date.now() + 20 * 86_400_000).toISOString(),
    })
  const cancelled = await order('cancelled')
  await call('POST', `/v1/messages/${cancelled.messages[0].id}/cancel`)
  const lost = await order('lost')
  const id = lost.messages[0].id
  // As a line that breaks after the text leaves it.
  await app.db.withTenant(tenantId, (trx) =>
    sql`
      with lost as (update delivery.delivery set state = 'unknown', settled_at = now(), reason = 'lost' where id = ${id} returning batch_id)
      update delivery.batch set queued = queued - 1, unknown = unknown + 1 where id = (select batch_id from lost)
    `.execute(trx),
  )
  await call('POST', '/v1/deliveries/resolve', { deliveries: { kind: 'ids', ids: [id] }, as: 'failed' })
  await call('DELETE', '/v1/sandbox/messages')
}

async function walkMailboxesAndWebhooks(call: Call): Promise<void> {
  const settings = {
    name: 'Returns',
    protocol: 'imap',
    host: 'mail.example',
    port: 993,
    username: 'returns',
    password: 'a password',
    active: false,
  }
  const mailbox = await call('POST', '/v1/mailboxes', settings)
  await call('PUT', `/v1/mailboxes/${mailbox.id}`, { ...settings, everySeconds: 120 })
  await call('DELETE', `/v1/mailboxes/${mailbox.id}`)

  const webhook = await call('POST', '/v1/webhooks', {
    url: 'https://hooks.example/secret-path',
    types: ['message.failed'],
  })
  await call('PATCH', `/v1/webhooks/${webhook.id}`, { description: 'Ours' })
  await call('POST', `/v1/webhooks/${webhook.id}/rotate-secret`, {})
  const { messageId } = await call('POST', `/v1/webhooks/${webhook.id}/test`)
  await call('POST', `/v1/webhooks/${webhook.id}/messages/${messageId}/replay`)
  await call('POST', `/v1/webhooks/${webhook.id}/replay`, { since: new Date(Date.now() - 60_000).toISOString() })
  await call('DELETE', `/v1/webhooks/${webhook.id}`)
}

async function walkCampaigns(call: Call, app: TestApp, { listId }: { listId: string }): Promise<void> {
  // Slow enough to be found sending.
  const slow = await call('POST', '/v1/senders', { name: 'Slow', ...sandbox, messagesPerSecond: 0.1 })
  const going = await call('POST', '/v1/campaigns', { name: 'Going' })
  await call('DELETE', `/v1/campaigns/${going.id}`)
  const { id } = await call('POST', '/v1/campaigns', { name: 'Spring' })
  const step = (name: string, content?: unknown) => call('POST', `/v1/campaigns/${id}/${name}`, content)
  const run = await step('draft', { brief })
  await step('accept-draft', { runId: run.id, variants: [{ label: 'A', subject: 'Spring', body }] })
  const changed = await call('PATCH', `/v1/campaigns/${id}`, { senderId: slow.id, audience: { kind: 'list', listId } })
  await step('test-send', { to: 'ada@example.com', variantId: changed.variants[0].id })
  const { fingerprint } = await call('GET', `/v1/campaigns/${id}/readiness`)
  await step('approve', { fingerprint })
  await step('schedule', { at: new Date(Date.now() + 86_400_000).toISOString() })
  await step('unschedule')
  await step('send')
  await app.get(Jobs).drain()
  await step('pause')
  await step('resume')
  await step('cancel')
}
