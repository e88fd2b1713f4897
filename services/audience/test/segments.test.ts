import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { boot, type TestApp } from '@fanfare/testkit'
import fc from 'fast-check'
import { Audience, type Condition, type Contact, type SegmentRules } from '../src/contract.ts'
import { audience } from '../src/service.ts'
import { addContact, addField, addList } from './factories.ts'

let app: TestApp
before(async () => {
  app = await boot([audience])
})
after(() => app.stop())

const dayMs = 24 * 60 * 60 * 1000
const types = { plan: 'text', age: 'number', joined: 'date', vip: 'yes_no' } as const
const campaigns = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']

interface World {
  readonly contacts: readonly Contact[]
  readonly facts: readonly {
    contactId: string
    campaignId: string
    action: 'sent' | 'opened' | 'clicked'
    at: string
  }[]
  readonly now: number
}

/** What the rules mean, said once more without SQL. */
function holds(rules: SegmentRules, contact: Contact, world: World): boolean {
  const parts = [
    ...rules.conditions.map((condition) => conditionHolds(condition, contact, world)),
    ...rules.groups
      .filter(({ conditions }) => conditions.length > 0)
      .map(({ match, conditions }) =>
        joined(
          match,
          conditions.map((condition) => conditionHolds(condition, contact, world)),
        ),
      ),
  ]
  return joined(rules.match, parts)
}

function joined(match: 'all' | 'any', parts: readonly boolean[]): boolean {
  if (parts.length === 0) return true
  return match === 'all' ? parts.every(Boolean) : parts.some(Boolean)
}

function conditionHolds(condition: Condition, contact: Contact, world: World): boolean {
  switch (condition.kind) {
    case 'tag':
      return contact.tags.includes(condition.tag) === (condition.operator === 'has')
    case 'list':
      return contact.listIds.includes(condition.listId) === (condition.operator === 'in')
    case 'engagement': {
      const since = condition.withinDays === undefined ? 0 : world.now - condition.withinDays * dayMs
      const did = world.facts.some(
        (fact) =>
          fact.contactId === contact.id &&
          fact.action === condition.action &&
          (condition.campaignId === undefined || fact.campaignId === condition.campaignId) &&
          Date.parse(fact.at) >= since,
      )
      return did === (condition.operator === 'did')
    }
    case 'field':
      return fieldHolds(condition, contact)
  }
}

function fieldHolds({ field, operator, value }: Extract<Condition, { kind: 'field' }>, contact: Contact): boolean {
  const standard: Record<string, unknown> = {
    email: contact.email,
    first_name: contact.firstName,
    status: contact.status,
  }
  const actual = (field in standard ? standard[field] : contact.fields[field]) ?? null
  const isSet = actual !== null && actual !== ''
  const fold = (text: unknown) => String(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const isDay = field === 'joined'
  switch (operator) {
    case 'is_set':
      return isSet
    case 'is_not_set':
      return !isSet
    case 'contains':
      return actual !== null && fold(actual).includes(fold(value))
    case 'starts_with':
      return actual !== null && fold(actual).startsWith(fold(value))
    case 'less_than':
      return actual !== null && (actual as number) < (value as number)
    case 'at_least':
      return actual !== null && (actual as number) >= (value as number)
    default: {
      const isSame =
        actual !== null && (isDay ? String(actual).startsWith(String(value)) : fold(actual) === fold(value))
      return isSame === (operator === 'is')
    }
  }
}

const ordered = ['is', 'is_not', 'less_than', 'at_least', 'is_set', 'is_not_set']
const word = fc.constantFrom('pro', 'PRO', 'free', 'p', 'Ünal', '%', '')
const day = fc.constantFrom('2026-01-01', '2026-01-02', '2025-12-31')
const fieldOf = (field: string, operators: string[], value: fc.Arbitrary<string | number | boolean>) =>
  fc.record({
    kind: fc.constant('field' as const),
    field: fc.constant(field),
    operator: fc.constantFrom(...operators),
    value,
  })

function conditions(listId: string): fc.Arbitrary<Condition> {
  const text = ['is', 'is_not', 'contains', 'starts_with', 'is_set', 'is_not_set']
  return fc.oneof(
    fieldOf('plan', text, word),
    fieldOf('first_name', text, word),
    fieldOf('age', ordered, fc.integer({ min: 0, max: 4 })),
    fieldOf('joined', ordered, day),
    fieldOf('vip', ['is', 'is_not', 'is_set', 'is_not_set'], fc.boolean()),
    fieldOf('status', ['is', 'is_not'], fc.constantFrom('subscribed', 'unsubscribed')),
    fc.record({
      kind: fc.constant('tag' as const),
      operator: fc.constantFrom('has', 'has_not'),
      tag: fc.constantFrom('a', 'b'),
    }),
    fc.record({
      kind: fc.constant('list' as const),
      operator: fc.constantFrom('in', 'not_in'),
      listId: fc.constant(listId),
    }),
    fc.record(
      {
        kind: fc.constant('engagement' as const),
        operator: fc.constantFrom('did', 'did_not'),
        action: fc.constantFrom('sent', 'opened', 'clicked'),
        campaignId: fc.constantFrom(...campaigns),
        withinDays: fc.constantFrom(1, 10),
      },
      { requiredKeys: ['kind', 'operator', 'action'] },
    ),
  ) as fc.Arbitrary<Condition>
}

async function buildWorld() {
  const tenantId = app.tenant()
  const api = app.as({ tenantId, role: 'owner' })
  for (const [key, type] of Object.entries(types)) await addField(api, key, type)
  const list = await addList(api)
  const contacts: Contact[] = []
  for (let index = 0; index < 30; index++) {
    const fields = {
      ...(index % 3 > 0 && { plan: ['pro', 'Free', 'P', 'ünal'][index % 4] }),
      ...(index % 4 > 0 && { age: index % 5 }),
      ...(index % 5 > 0 && { joined: ['2026-01-01', '2026-01-01T08:00:00Z', '2025-12-31'][index % 3] }),
      ...(index % 2 > 0 && { vip: index % 3 === 0 }),
    }
    const tags = ['a', 'b'].filter((_, at) => (index >> at) % 2 === 0)
    const firstName = ['Pro', 'Ünal', ''][index % 3]
    const made = await addContact(api, { firstName, fields, tags, listIds: index % 4 === 0 ? [list.id] : [] })
    const isGone = index % 7 === 0
    contacts.push(isGone ? (await api.patch(`/v1/contacts/${made.id}`, { status: 'unsubscribed' })).body : made)
  }
  const now = app.clock.now().getTime()
  const facts = contacts.flatMap(({ id }, index) =>
    (['sent', 'opened', 'clicked'] as const).slice(0, index % 4).map((action, at) => ({
      contactId: id,
      campaignId: campaigns[index % 2] as string,
      action,
      at: new Date(now - (index % 3) * 5 * dayMs - dayMs / 2 - at).toISOString(),
    })),
  )
  await app.get(Audience).recordEngagement({ tenantId, facts })
  return { api, tenantId, list, world: { contacts, facts, now } }
}

test('a segment counts exactly those whom its rules take', async () => {
  const { api, list, world } = await buildWorld()
  const condition = conditions(list.id)
  const match = fc.constantFrom('all' as const, 'any' as const)
  const some = fc.array(condition, { maxLength: 3 })
  const rules = fc.record({
    match,
    conditions: some,
    groups: fc.array(fc.record({ match, conditions: some }), { maxLength: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(rules, async (wanted) => {
      const { status, body, text } = await api.post('/v1/segments/count', { rules: wanted })
      assert.equal(status, 200, text)
      const expected = world.contacts.filter((contact) => holds(wanted, contact, world))
      assert.equal(body.count, expected.length)
      const ids = new Set(expected.map(({ id }) => id))
      assert.ok(body.sample.every(({ id }: Contact) => ids.has(id)))
    }),
    { numRuns: 300 },
  )
})

test('rules that do not fit the fields are refused, each at its place', async () => {
  const { api } = await buildWorld()
  const field = (name: string, operator: string, value: unknown) => ({ kind: 'field', field: name, operator, value })
  const rules = {
    match: 'all',
    conditions: [field('nope', 'is', 'x'), field('plan', 'less_than', 'x'), field('age', 'is', 'old')],
    groups: [
      {
        match: 'any',
        conditions: [field('status', 'is', 'dead'), { kind: 'list', operator: 'in', listId: app.tenant() }],
      },
    ],
  }
  const { status, body } = await api.post('/v1/segments', { name: 'x', rules })
  assert.deepEqual([status, body.code], [400, 'audience.rules_invalid'])
  assert.deepEqual(
    body.violations.map(({ path }: { path: string }) => path),
    [0, 1, 2]
      .map((at) => `/body/rules/conditions/${at}`)
      .concat([0, 1].map((at) => `/body/rules/groups/0/conditions/${at}`)),
  )
})

test('a segment is kept, changed, used and deleted', async () => {
  const { api, tenantId } = await buildWorld()
  const rules = { match: 'all', conditions: [{ kind: 'tag', operator: 'has', tag: 'a' }] }
  const { body: made, status } = await api.post('/v1/segments', { name: 'A', rules })
  assert.equal(status, 201)
  const listed = await api.get(`/v1/contacts?segmentId=${made.id}&limit=100`)
  assert.equal(listed.body.rows.length, 15)
  const audienceRef = { kind: 'segment' as const, segmentId: made.id }
  assert.deepEqual(await app.get(Audience).describeAudience({ tenantId, audience: audienceRef }), {
    name: 'A',
    count: 15,
  })
  const changed = await api.put(`/v1/segments/${made.id}`, { name: 'B', rules: { match: 'any' } })
  assert.equal(changed.body.name, 'B')
  assert.equal((await app.get(Audience).describeAudience({ tenantId, audience: audienceRef })).count, 30)
  assert.equal((await api.delete(`/v1/segments/${made.id}`)).status, 204)
  assert.equal((await api.get(`/v1/segments/${made.id}`)).status, 404)
})
