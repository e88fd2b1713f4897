import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { bootAnalytics, buildCampaign, buildHit, type World } from './factories.ts'

let world: World
before(async () => {
  world = await bootAnalytics()
})
after(() => world.app.stop())

test('a timeline merges what every service knows of a contact, newest first, in words', async () => {
  const tenantId = world.app.tenant()
  const contactId = world.audience.addContact(tenantId)
  const campaign = buildCampaign(world, tenantId)
  const delivery = {
    id: randomUUID(),
    campaignId: campaign.id,
    contactId,
    email: 'a@example.com',
    variantId: null,
    attempts: 0,
    tag: '',
    queuedAt: '2026-01-02T00:00:00.000Z',
  }
  world.delivery.deliveries.push(
    { ...delivery, tenantId, state: 'accepted', reason: null, settledAt: '2026-01-03T00:00:00.000Z' },
    { ...delivery, tenantId, campaignId: randomUUID(), state: 'held', reason: null, settledAt: null },
  )
  world.delivery.hits.push({ ...buildHit(campaign, contactId, { at: '2026-01-04T00:00:00.000Z' }), tenantId })
  const api = world.app.as({ tenantId, role: 'editor' })
  const event = { type: 'order.paid', contactId, at: '2026-01-03T12:00:00+01:00', properties: { total: 5 } }
  assert.equal((await api.post('/v1/events', { events: [event] })).status, 202)

  const { rows } = (await api.get(`/v1/contacts/${contactId}/timeline`)).body

  assert.deepEqual(
    rows.map(({ kind, text, campaignId }: Record<string, string>) => [kind, text, campaignId === campaign.id]),
    [
      ['open', 'Opened “Spring”', true],
      ['event', 'order.paid (total: 5)', false],
      ['sent', '“Spring” was sent, and the mail server took it', true],
      [
        'held',
        '“a campaign that was deleted” was kept from them on purpose: they are in the holdout that shows what the campaign changed',
        false,
      ],
      ['created', 'Came with an import', false],
    ],
  )
  assert.equal(rows[1].at, '2026-01-03T11:00:00.000Z')
})

test('a timeline tells what came back of a message, once', async () => {
  const tenantId = world.app.tenant()
  const contactId = world.audience.addContact(tenantId)
  const campaign = buildCampaign(world, tenantId)
  const heard = {
    tenantId,
    contactId,
    campaignId: campaign.id,
    deliveryId: randomUUID(),
    senderId: randomUUID(),
    email: 'a@example.com',
    destination: 'other',
    kind: 'bounced',
    hard: true,
    reason: 'userunknown',
    status: '5.1.1',
    text: '550 User unknown',
    source: 'mailbox',
    at: '2026-01-05T00:00:00.000Z',
  } as const
  world.delivery.feedback.push(
    { ...heard, id: randomUUID() },
    { ...heard, id: randomUUID(), source: 'smtp' },
    {
      ...heard,
      id: randomUUID(),
      kind: 'replied',
      hard: false,
      text: 'Re: Spring: Yes',
      at: '2026-01-06T00:00:00.000Z',
    },
  )
  const api = world.app.as({ tenantId, role: 'viewer' })
  const { rows } = (await api.get(`/v1/contacts/${contactId}/timeline`)).body
  assert.deepEqual(
    rows.slice(0, -1).map(({ kind, text }: Record<string, string>) => [kind, text]),
    [
      ['replied', 'Answered “Spring”: Re: Spring: Yes'],
      ['bounced', '“Spring” came back, and they are not written to again: 550 User unknown'],
    ],
  )
})

test("an unknown contact and another workspace's are missing in the same way", async () => {
  const contactId = world.audience.addContact(world.app.tenant())
  const api = world.app.as({ tenantId: world.app.tenant(), role: 'owner' })
  for (const id of [contactId, randomUUID()]) {
    const reply = await api.get(`/v1/contacts/${id}/timeline`)
    assert.deepEqual([reply.status, reply.body.code], [404, 'analytics.contact_missing'])
  }
  assert.equal((await api.get('/v1/contacts/not-an-id/timeline')).status, 400)
  assert.equal((await world.app.anonymous.get(`/v1/contacts/${contactId}/timeline`)).status, 401)
})

test('an event with an id that was seen before counts once, also when told twice at once', async () => {
  const tenantId = world.app.tenant()
  const contactId = world.audience.addContact(tenantId)
  const api = world.app.as({ tenantId, role: 'editor' })
  const events = [
    { id: randomUUID(), type: 'visit', contactId },
    { type: 'visit', contactId },
  ]
  const replies = await Promise.all(
    [events, events.slice(0, 1)].map((given) => api.post('/v1/events', { events: given })),
  )
  const accepted = replies.reduce((sum, { body }) => sum + body.accepted, 0)
  assert.equal(accepted, 2)
  const { rows } = (await api.get(`/v1/contacts/${contactId}/timeline`)).body
  assert.equal(rows.filter(({ kind }: { kind: string }) => kind === 'event').length, 2)
})

test('an event may name its time in any offset', async () => {
  const tenantId = world.app.tenant()
  const contactId = world.audience.addContact(tenantId)
  const api = world.app.as({ tenantId, role: 'owner' })
  const events = ['+23:59', '-23:59', 'Z'].map((offset) => ({
    type: 'visit',
    contactId,
    at: `2026-01-02T12:00:00${offset}`,
  }))
  assert.equal((await api.post('/v1/events', { events })).status, 202)
  const { rows } = (await api.get(`/v1/contacts/${contactId}/timeline`)).body
  assert.deepEqual(
    rows.slice(0, 3).map(({ at }: { at: string }) => at),
    ['2026-01-03T11:59:00.000Z', '2026-01-02T12:00:00.000Z', '2026-01-01T12:01:00.000Z'],
  )
})

test('the same event id in two workspaces is two events', async () => {
  const id = randomUUID()
  for (const tenantId of [world.app.tenant(), world.app.tenant()]) {
    const reply = await world.app
      .as({ tenantId, role: 'owner' })
      .post('/v1/events', { events: [{ id, type: 'visit' }] })
    assert.equal(reply.body.accepted, 1)
  }
})

test('events of unknown people, of impossible times and of a viewer are refused as a whole', async () => {
  const tenantId = world.app.tenant()
  const contactId = world.audience.addContact(tenantId)
  const api = world.app.as({ tenantId, role: 'owner' })
  const good = { type: 'visit', contactId }
  const foreign = world.audience.addContact(world.app.tenant())
  const unknown = await api.post('/v1/events', { events: [good, { type: 'visit', contactId: foreign }] })
  assert.deepEqual([unknown.status, unknown.body.code], [422, 'analytics.contact_unknown'])
  assert.deepEqual(
    unknown.body.violations.map(({ path }: { path: string }) => path),
    ['/body/events/1/contactId'],
  )
  for (const at of ['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '2999-01-01T00:00:00Z']) {
    const reply = await api.post('/v1/events', { events: [good, { ...good, at }] })
    assert.deepEqual([reply.status, reply.body.code], [422, 'analytics.time_wrong'], at)
  }
  const viewer = world.app.as({ tenantId, role: 'viewer' })
  assert.equal((await viewer.post('/v1/events', { events: [good] })).status, 403)
  assert.equal((await api.post('/v1/events', { events: [] })).status, 400)
  assert.equal((await world.app.anonymous.post('/v1/events', { events: [good] })).status, 401)
  const { rows } = (await api.get(`/v1/contacts/${contactId}/timeline`)).body
  assert.deepEqual(
    rows.filter(({ kind }: { kind: string }) => kind === 'event'),
    [],
  )
})
