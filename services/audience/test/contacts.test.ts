import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { boot, type TestApp } from '@fanfare/testkit'
import { audience } from '../src/service.ts'
import { addContact, addField, addList, buildContact, start, upload } from './factories.ts'

let app: TestApp
before(async () => {
  app = await boot([audience])
})
after(() => app.stop())

const someone = () => {
  const tenantId = app.tenant()
  return app.as({ tenantId, role: 'owner' })
}

test('a contact comes back as it was given', async () => {
  const api = someone()
  await addField(api, 'plan', 'text')
  const list = await addList(api)
  const made = await addContact(api, { fields: { plan: 'pro' }, tags: ['vip', 'beta'], listIds: [list.id] })
  const { body } = await api.get(`/v1/contacts/${made.id}`)
  assert.deepEqual(body, made)
  assert.deepEqual(
    [body.fields, body.tags, body.listIds, body.status, body.suppressed],
    [{ plan: 'pro' }, ['beta', 'vip'], [list.id], 'subscribed', false],
  )
})

test('an address can be a contact once, in whatever case', async () => {
  const api = someone()
  await addContact(api, { email: 'Ada@Example.com' })
  const again = await api.post('/v1/contacts', buildContact({ email: 'ada@example.COM' }))
  assert.deepEqual([again.status, again.body.code], [409, 'audience.email_taken'])
})

test('of two who add the same address at once one wins', async () => {
  const api = someone()
  const both = await Promise.all(
    [1, 2].map(() => api.post('/v1/contacts', buildContact({ email: 'race@example.com' }))),
  )
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409])
})

test('a contact cannot take the address of another', async () => {
  const api = someone()
  await addContact(api, { email: 'ada@example.com' })
  const other = await addContact(api)
  const { status, body } = await api.patch(`/v1/contacts/${other.id}`, { email: 'ADA@example.com' })
  assert.deepEqual([status, body.code], [409, 'audience.email_taken'])
})

test('a change touches only what it names, and null removes a field', async () => {
  const api = someone()
  await addField(api, 'plan', 'text')
  await addField(api, 'age', 'number')
  const made = await addContact(api, { fields: { plan: 'pro', age: 31 }, tags: ['vip'] })
  const { body } = await api.patch(`/v1/contacts/${made.id}`, { lastName: 'King', fields: { plan: null } })
  assert.deepEqual([body.firstName, body.lastName, body.fields, body.tags], ['Ada', 'King', { age: 31 }, ['vip']])
})

test('a value of the wrong type or for no field is refused with the place', async () => {
  const api = someone()
  await addField(api, 'age', 'number')
  const { status, body } = await api.post('/v1/contacts', buildContact({ fields: { age: 'old', shoe: 1 } }))
  assert.deepEqual([status, body.code], [400, 'audience.fields_invalid'])
  assert.deepEqual(
    body.violations.map(({ path }: { path: string }) => path),
    ['/body/fields/age', '/body/fields/shoe'],
  )
})

test('dates are kept so that they sort, and a wrong one is refused', async () => {
  const api = someone()
  await addField(api, 'joined', 'date')
  const made = await addContact(api, { fields: { joined: '2026-03-01T12:00:00+02:00' } })
  assert.deepEqual(made.fields, { joined: '2026-03-01T10:00:00.000Z' })
  const wrong = await api.post('/v1/contacts', buildContact({ fields: { joined: '2026-02-30' } }))
  assert.equal(wrong.status, 400)
})

test('contacts are listed newest first, page by page, each once', async () => {
  const api = someone()
  const made: string[] = []
  for (let count = 0; count < 7; count++) {
    app.clock.advance(1)
    made.unshift((await addContact(api)).id)
  }
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await api.get(`/v1/contacts?limit=3${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.rows.map(({ id }: { id: string }) => id))
    if (body.nextCursor === null) break
    cursor = body.nextCursor
  }
  assert.deepEqual(seen, made)
})

test('contacts are found by name, by address, by tag, by list and by status', async () => {
  const api = someone()
  const list = await addList(api)
  const ada = await addContact(api, { email: 'ada@lovelace.example', tags: ['vip'], listIds: [list.id] })
  const bob = await addContact(api, { email: 'bob@example.com', firstName: 'Bob_%', lastName: '' })
  await api.patch(`/v1/contacts/${bob.id}`, { status: 'unsubscribed' })
  const find = async (query: string) => {
    const { body } = await api.get(`/v1/contacts?${query}`)
    return body.rows.map(({ id }: { id: string }) => id)
  }
  assert.deepEqual(await find('search=ada%20love'), [ada.id])
  assert.deepEqual(await find('search=ADA%40love'), [ada.id])
  assert.deepEqual(await find('search=_%25'), [bob.id])
  assert.deepEqual(await find('search=%40example.com'), [])
  assert.deepEqual(await find('tag=vip'), [ada.id])
  assert.deepEqual(await find(`listId=${list.id}`), [ada.id])
  assert.deepEqual(await find('status=unsubscribed'), [bob.id])
})

test('a deleted contact is gone, and its suppression stays', async () => {
  const api = someone()
  const made = await addContact(api, { tags: ['x'] })
  await api.post('/v1/suppressions', { email: made.email })
  assert.equal((await api.delete(`/v1/contacts/${made.id}`)).status, 204)
  assert.equal((await api.get(`/v1/contacts/${made.id}`)).status, 404)
  assert.equal((await api.delete(`/v1/contacts/${made.id}`)).status, 404)
  const again = await addContact(api, { email: made.email })
  assert.equal(again.suppressed, true)
  assert.deepEqual((await api.get('/v1/tags')).body.rows, [])
})

test('a custom field cannot take a key that means something else', async () => {
  const api = someone()
  const reserved = await api.post('/v1/fields', { key: 'unsubscribe_url', label: 'x', type: 'text' })
  assert.deepEqual([reserved.status, reserved.body.code], [400, 'audience.field_reserved'])
  await addField(api, 'plan', 'text')
  const twice = await api.post('/v1/fields', { key: 'plan', label: 'x', type: 'number' })
  assert.deepEqual([twice.status, twice.body.code], [409, 'audience.field_taken'])
})

test('tags are listed with how many contacts have each', async () => {
  const api = someone()
  await addContact(api, { tags: ['a', 'b'] })
  await addContact(api, { tags: ['b'] })
  assert.deepEqual((await api.get('/v1/tags')).body.rows, [
    { tag: 'a', contacts: 1 },
    { tag: 'b', contacts: 2 },
  ])
})

test('lists are made once a name, filled, emptied and deleted', async () => {
  const api = someone()
  const list = await addList(api, 'Friends')
  assert.equal((await api.post('/v1/lists', { name: 'Friends' })).body.code, 'audience.list_taken')
  const other = await addList(api, 'Foes')
  assert.equal((await api.patch(`/v1/lists/${other.id}`, { name: 'Friends' })).body.code, 'audience.list_taken')
  const ada = await addContact(api)
  const ids = { contactIds: [ada.id, app.tenant()] }
  assert.deepEqual((await api.post(`/v1/lists/${list.id}/contacts`, ids)).body, { added: 1 })
  assert.deepEqual((await api.post(`/v1/lists/${list.id}/contacts`, ids)).body, { added: 0 })
  assert.equal((await api.get('/v1/lists')).body.rows[1].contacts, 1)
  assert.deepEqual((await api.post(`/v1/lists/${list.id}/contacts/remove`, ids)).body, { removed: 1 })
  assert.equal((await api.delete(`/v1/lists/${list.id}`)).status, 204)
  assert.equal((await api.post(`/v1/lists/${list.id}/contacts`, ids)).status, 404)
})

test('the count tells contacts, who may be written to, and suppressed addresses', async () => {
  const api = someone()
  const ada = await addContact(api)
  await addContact(api)
  await addContact(api, { consentBasis: 'none' })
  await api.post('/v1/suppressions', { email: ada.email })
  await api.post('/v1/suppressions', { email: 'stranger@example.com' })
  assert.deepEqual((await api.get('/v1/contacts/count')).body, { contacts: 3, reachable: 1, suppressed: 2 })
})

test('an export goes in again equal, with every cell harmless to a spreadsheet', async () => {
  const api = someone()
  await addField(api, 'note', 'text')
  await addField(api, 'phone', 'text')
  await addField(api, 'vip', 'yes_no')
  await addContact(api, {
    email: 'a@example.com',
    firstName: '=cmd()',
    lastName: "'=already",
    tags: ['x, y', '"q"', '* z'],
    fields: { note: 'two\nlines, "quoted" ', phone: '+44 20 7946 0958', vip: false },
  })
  const exported = await api.get('/v1/contacts/export')
  assert.match(exported.text, /^email,first_name,last_name,tags,status,note,phone,vip\r\n/)
  assert.ok(exported.text.includes("'=cmd()") && exported.text.includes(',+44 20 7946 0958,'))
  const [before] = (await api.get('/v1/contacts')).body.rows

  const copy = someone()
  for (const [key, type] of [
    ['note', 'text'],
    ['phone', 'text'],
    ['vip', 'yes_no'],
  ] as const)
    await addField(copy, key, type)
  await start(copy, await upload(copy, exported.text))
  await app.drain()
  const [after] = (await copy.get('/v1/contacts')).body.rows
  const told = ({ email, firstName, lastName, tags, fields }: typeof before) => ({
    email,
    firstName,
    lastName,
    tags,
    fields,
  })
  assert.deepEqual(told(after), told(before))
})

test('a viewer reads and does not write, a stranger neither', async () => {
  const tenantId = app.tenant()
  const viewer = app.as({ tenantId, role: 'viewer' })
  assert.equal((await viewer.get('/v1/contacts')).status, 200)
  assert.equal((await viewer.post('/v1/contacts', buildContact())).status, 403)
  assert.equal((await viewer.get('/v1/contacts/export')).status, 403)
  assert.equal((await app.anonymous.get('/v1/contacts')).status, 401)
})

test("another workspace's contacts, lists, segments, imports and suppressions are missing", async () => {
  const mine = someone()
  const ada = await addContact(mine)
  const list = await addList(mine)
  const segment = (await mine.post('/v1/segments', { name: 'All', rules: { match: 'all' } })).body
  const uploaded = await upload(mine, 'email\na@example.com\n')
  const suppression = (await mine.post('/v1/suppressions', { email: 'x@example.com' })).body
  const other = someone()
  for (const [method, path, body] of [
    ['GET', `/v1/contacts/${ada.id}`],
    ['PATCH', `/v1/contacts/${ada.id}`, { firstName: 'Eve' }],
    ['DELETE', `/v1/contacts/${ada.id}`],
    ['PATCH', `/v1/lists/${list.id}`, { name: 'x' }],
    ['DELETE', `/v1/lists/${list.id}`],
    ['POST', `/v1/lists/${list.id}/contacts`, { contactIds: [ada.id] }],
    ['GET', `/v1/segments/${segment.id}`],
    ['PUT', `/v1/segments/${segment.id}`, { name: 'x', rules: { match: 'all' } }],
    ['DELETE', `/v1/segments/${segment.id}`],
    ['GET', `/v1/contacts?segmentId=${segment.id}`],
    ['GET', `/v1/contacts/export?listId=${list.id}`],
    ['GET', `/v1/imports/${uploaded.id}`],
    ['GET', `/v1/imports/${uploaded.id}/rejects`],
    ['POST', `/v1/imports/${uploaded.id}/cancel`],
    ['POST', `/v1/imports/${uploaded.id}/start`, { columns: [{ kind: 'field', key: 'email' }], consentBasis: 'none' }],
    ['DELETE', `/v1/suppressions/${suppression.id}`],
  ] as const) {
    const reply = await other.request(method, path, body)
    assert.equal(reply.status, 404, `${method} ${path}: ${reply.text}`)
  }
  assert.deepEqual((await other.get('/v1/contacts')).body.rows, [])
  assert.equal((await mine.get(`/v1/contacts/${ada.id}`)).body.firstName, 'Ada')
})
