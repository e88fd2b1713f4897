import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { defineService, type EventOf, Events, token } from '@fanfare/kernel'
import { boot, type TestApp } from '@fanfare/testkit'
import { sql } from 'kysely'
import { Audience, ContactSuppressed } from '../src/contract.ts'
import { audience } from '../src/service.ts'
import { addContact, addField, addList } from './factories.ts'

let app: TestApp
const suppressed: EventOf<typeof ContactSuppressed.data>[] = []
const listener = defineService({
  provides: token<object>()('listener'),
  needs: { events: Events },
  start({ events }) {
    events.on(ContactSuppressed, 'listener.keep', async (event) => void suppressed.push(event))
    return {}
  },
})
before(async () => {
  app = await boot([audience, listener])
})
after(() => app.stop())

function someone() {
  const tenantId = app.tenant()
  return { tenantId, api: app.as({ tenantId, role: 'owner' }), asked: app.get(Audience) }
}

test('an audience is paged in order, everyone once', async () => {
  const { tenantId, api, asked } = someone()
  const list = await addList(api, 'Half')
  const made = []
  for (let index = 0; index < 7; index++)
    made.push(await addContact(api, { listIds: index % 2 === 0 ? [list.id] : [] }))
  const rules = { match: 'all', conditions: [{ kind: 'list', operator: 'in', listId: list.id }] }
  const segment = (await api.post('/v1/segments', { name: 'Half too', rules })).body
  const page = async (audienceRef: Parameters<typeof asked.pageAudience>[0]['audience']) => {
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const { recipients, next } = await asked.pageAudience({
        tenantId,
        audience: audienceRef,
        limit: 2,
        ...(after && { after }),
      })
      seen.push(...recipients.map(({ contactId }) => contactId))
      if (next === null) return seen
      after = next
    }
  }
  const everyone = made.map(({ id }) => id).sort()
  const half = made
    .filter((_, index) => index % 2 === 0)
    .map(({ id }) => id)
    .sort()
  assert.deepEqual(await page({ kind: 'everyone' }), everyone)
  assert.deepEqual(await page({ kind: 'list', listId: list.id }), half)
  assert.deepEqual(await page({ kind: 'segment', segmentId: segment.id }), half)
  assert.deepEqual(await asked.describeAudience({ tenantId, audience: { kind: 'list', listId: list.id } }), {
    name: 'Half',
    count: 4,
  })
  await assert.rejects(page({ kind: 'list', listId: app.tenant() }), { code: 'audience.list_missing' })
})

test('templates get a text for every field, and nothing of contacts that are gone', async () => {
  const { tenantId, api, asked } = someone()
  for (const [key, type] of [
    ['plan', 'text'],
    ['age', 'number'],
    ['vip', 'yes_no'],
  ] as const)
    await addField(api, key, type)
  const ada = await addContact(api, { email: 'ada@example.com', fields: { age: 31, vip: true } })
  const values = { email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace', plan: '', age: '31', vip: 'yes' }
  assert.deepEqual(await asked.mergeValues({ tenantId, contactIds: [ada.id, app.tenant()] }), [
    { contactId: ada.id, email: 'ada@example.com', values },
  ])
  assert.deepEqual(
    (await asked.listFields({ tenantId })).map(({ key }) => key),
    ['email', 'first_name', 'last_name', 'plan', 'age', 'vip'],
  )
})

test('who may not be written to is told with the gravest reason', async () => {
  const { tenantId, api, asked } = someone()
  const fine = await addContact(api)
  const basisless = await addContact(api, { consentBasis: 'none' })
  const left = await addContact(api, { consentBasis: 'none' })
  await api.patch(`/v1/contacts/${left.id}`, { status: 'unsubscribed' })
  const both = await addContact(api)
  await api.patch(`/v1/contacts/${both.id}`, { status: 'unsubscribed' })
  await api.post('/v1/suppressions', { email: both.email.toUpperCase() })
  const gone = app.tenant()
  const blocked = await asked.findBlocked({ tenantId, contactIds: [fine.id, basisless.id, left.id, both.id, gone] })
  assert.deepEqual(
    new Map(blocked.map(({ contactId, reason }) => [contactId, reason])),
    new Map([
      [basisless.id, 'no_consent'],
      [left.id, 'unsubscribed'],
      [both.id, 'suppressed'],
      [gone, 'deleted'],
    ]),
  )
})

test('suppressing is done once, changes the status and is told as an event', async () => {
  const { tenantId, api, asked } = someone()
  const contact = await addContact(api)
  const wanted = { tenantId, contactIds: [contact.id], reason: 'hard_bounce' as const }
  assert.deepEqual(await asked.suppress(wanted), { suppressed: 1 })
  assert.deepEqual(await asked.suppress(wanted), { suppressed: 0 })
  const { body } = await api.get(`/v1/contacts/${contact.id}`)
  assert.deepEqual([body.status, body.suppressed], ['bounced', true])
  await app.drain()
  const told = suppressed.filter((event) => event.tenantId === tenantId)
  assert.deepEqual(
    told.map(({ data }) => data),
    [{ contactId: contact.id, reason: 'hard_bounce' }],
  )
})

test('what a person waits for is kept away by bounces, complaints and the list, not by leaving', async () => {
  const { tenantId, api, asked } = someone()
  const left = await addContact(api)
  await asked.setPreferences({ tenantId, contactId: left.id, subscribed: false, listIds: [] })
  const basisless = await addContact(api, { consentBasis: 'none' })
  const complained = await addContact(api)
  await asked.suppress({ tenantId, contactIds: [complained.id], reason: 'complaint' })
  await api.post('/v1/suppressions', { email: 'by.hand@example.com' })
  const stranger = { tenantId, emails: ['No.Contact@Example.com'], reason: 'hard_bounce' as const }
  assert.deepEqual(await asked.suppressAddresses(stranger), { suppressed: 1 })
  assert.deepEqual(await asked.suppressAddresses(stranger), { suppressed: 0 })
  const emails = [
    left.email,
    basisless.email,
    complained.email,
    'BY.HAND@example.com',
    'no.contact@example.com',
    'x',
    'new@example.com',
  ]
  const blocked = await asked.findBlockedAddresses({ tenantId, emails })
  assert.deepEqual(
    new Map(blocked.map(({ email, reason }) => [email, reason])),
    new Map([
      [complained.email, 'complained'],
      ['BY.HAND@example.com', 'suppressed'],
      ['no.contact@example.com', 'bounced'],
    ]),
  )
  const other = { tenantId: app.tenant(), emails }
  assert.deepEqual(await asked.findBlockedAddresses(other), [])
})

test('a bounce of somebody who left blocks everything, and they stay gone', async () => {
  const { tenantId, api, asked } = someone()
  const { id: contactId, email } = await addContact(api)
  await asked.setPreferences({ tenantId, contactId, subscribed: false, listIds: [] })
  assert.deepEqual(await asked.findBlockedAddresses({ tenantId, emails: [email] }), [])
  assert.deepEqual(await asked.suppress({ tenantId, contactIds: [contactId], reason: 'hard_bounce' }), {
    suppressed: 1,
  })
  assert.deepEqual(await asked.findBlockedAddresses({ tenantId, emails: [email] }), [{ email, reason: 'bounced' }])
  assert.equal((await api.get(`/v1/contacts/${contactId}`)).body.status, 'unsubscribed')
})

test('addresses find their contacts, however they are written', async () => {
  const { tenantId, api, asked } = someone()
  const { id: contactId, email } = await addContact(api, { firstName: 'Ada' })
  const emails = [email, email.toUpperCase(), 'nobody@example.com']
  const found = await asked.findByEmail({ tenantId, emails })
  assert.deepEqual(
    found.map((row) => [row.email, row.contactId, row.values.first_name]).sort(),
    [
      [email, contactId, 'Ada'],
      [email.toUpperCase(), contactId, 'Ada'],
    ].sort(),
  )
  assert.deepEqual(await asked.findByEmail({ tenantId: app.tenant(), emails }), [])
})

test('a person leaves, and comes back only from its own leaving', async () => {
  const { tenantId, api, asked } = someone()
  const list = await addList(api, 'News')
  await addList(api, 'Secret list of others')
  const { id: contactId, email } = await addContact(api, { listIds: [list.id] })
  const lists = [{ id: list.id, name: 'News', member: true }]
  assert.deepEqual(await asked.getPreferences({ tenantId, contactId }), { email, subscribed: true, lists })

  await asked.setPreferences({ tenantId, contactId, subscribed: false, listIds: [] })
  assert.deepEqual((await asked.findBlocked({ tenantId, contactIds: [contactId] }))[0]?.reason, 'suppressed')
  assert.deepEqual(await asked.getPreferences({ tenantId, contactId }), {
    email,
    subscribed: false,
    lists: [{ ...lists[0], member: false }],
  })
  assert.deepEqual((await api.post(`/v1/lists/${list.id}/contacts`, { contactIds: [contactId] })).body, { added: 0 })

  app.clock.advance(1_000)
  assert.deepEqual(await asked.setPreferences({ tenantId, contactId, subscribed: true, listIds: [list.id] }), {
    subscribed: true,
  })
  assert.deepEqual(await asked.findBlocked({ tenantId, contactIds: [contactId] }), [])

  await asked.suppress({ tenantId, contactIds: [contactId], reason: 'complaint' })
  assert.deepEqual(await asked.setPreferences({ tenantId, contactId, subscribed: true, listIds: [] }), {
    subscribed: false,
  })
  const kinds = (await asked.listFacts({ tenantId, contactId })).map(({ kind }) => kind)
  for (const kind of [
    'created',
    'suppressed',
    'consent_given',
    'consent_withdrawn',
    'consent_left_list',
    'consent_joined_list',
  ]) {
    assert.ok(kinds.includes(kind), `the timeline tells ${kind}`)
  }
})

test('nobody, not even this service, can rewrite the ledger of consent', async () => {
  const { tenantId, api } = someone()
  await addContact(api)
  for (const statement of ['delete from audience.consent_event', "update audience.consent_event set source = 'x'"]) {
    await assert.rejects(
      app.db.withTenant(tenantId, (trx) => sql.raw(statement).execute(trx)),
      /takes new events only/,
    )
  }
})

test('engagement told twice or out of order leaves the latest of each', async () => {
  const { tenantId, api, asked } = someone()
  const contact = await addContact(api)
  const campaignId = app.tenant()
  const now = app.clock.now().getTime()
  const fact = (action: 'sent' | 'opened', agoDays: number) => ({
    contactId: contact.id,
    campaignId,
    action,
    at: new Date(now - agoDays * 24 * 60 * 60 * 1000).toISOString(),
  })
  const facts = [fact('sent', 5), fact('opened', 4), fact('opened', 1), fact('opened', 4)]
  await Promise.all([
    asked.recordEngagement({ tenantId, facts }),
    asked.recordEngagement({ tenantId, facts: facts.toReversed() }),
  ])
  const count = async (action: string, withinDays: number) => {
    const rules = {
      match: 'all',
      conditions: [{ kind: 'engagement', operator: 'did', action, campaignId, withinDays }],
    }
    return (await api.post('/v1/segments/count', { rules })).body.count
  }
  assert.deepEqual(
    [await count('opened', 2), await count('sent', 2), await count('sent', 6), await count('clicked', 100)],
    [1, 0, 1, 0],
  )
})

test('suppressions are listed, found, made once and lifted', async () => {
  const { tenantId, api, asked } = someone()
  const contact = await addContact(api, { email: 'ada@example.com' })
  const { body: made, status } = await api.post('/v1/suppressions', {
    email: 'Ada@Example.com',
    note: 'asked by phone',
  })
  assert.deepEqual([status, made.reason], [201, 'manual'])
  assert.equal(
    (await api.post('/v1/suppressions', { email: 'ada@example.com' })).body.code,
    'audience.suppression_taken',
  )
  await api.post('/v1/suppressions', { email: 'bob@example.com' })
  assert.equal((await api.get('/v1/suppressions')).body.rows.length, 2)
  assert.deepEqual((await api.get('/v1/suppressions?search=ADA')).body.rows, [made])
  assert.equal((await api.delete(`/v1/suppressions/${made.id}`)).status, 204)
  assert.equal((await api.delete(`/v1/suppressions/${made.id}`)).status, 404)
  assert.deepEqual(await asked.findBlocked({ tenantId, contactIds: [contact.id] }), [])
})

test('what is asked for another workspace finds nothing of this one', async () => {
  const { api, asked } = someone()
  const { id } = await addContact(api)
  const other = { tenantId: app.tenant(), contactIds: [id] }
  assert.deepEqual(await asked.mergeValues(other), [])
  assert.deepEqual(await asked.findBlocked(other), [{ contactId: id, reason: 'deleted' }])
  assert.deepEqual(await asked.suppress({ ...other, reason: 'manual' }), { suppressed: 0 })
  assert.equal(await asked.getPreferences({ tenantId: other.tenantId, contactId: id }), null)
  assert.deepEqual(await asked.listFacts({ tenantId: other.tenantId, contactId: id }), [])
})
