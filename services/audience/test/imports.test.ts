import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { boot, type TestApp, type TestClient } from '@fanfare/testkit'
import { encode } from 'iconv-lite'
import type { Import } from '../src/contract.ts'
import { spoolPath } from '../src/imports/spool.ts'
import { audience } from '../src/service.ts'
import { addContact, addField, start, upload } from './factories.ts'

let app: TestApp
before(async () => {
  app = await boot([audience], { config: { audience: { importBatchRows: 3 } } })
})
after(() => app.stop())

const someone = () => app.as({ tenantId: app.tenant(), role: 'owner' })

async function importFile(
  api: TestClient,
  file: string | Uint8Array,
  given: Parameters<typeof start>[2] = {},
): Promise<Import> {
  const uploaded = await upload(api, file)
  await start(api, uploaded, given)
  await app.drain()
  const { body } = await api.get(`/v1/imports/${uploaded.id}`)
  assert.equal(body.state, 'done', body.failure)
  assert.equal(body.created + body.updated + body.rejected, body.rowsRead)
  return body
}

async function contactsOf(api: TestClient) {
  const { body } = await api.get('/v1/contacts?limit=100')
  return new Map<string, Awaited<ReturnType<typeof addContact>>>(
    body.rows.map((row: { email: string }) => [row.email, row]),
  )
}

const people =
  'Email;Vorname;Nachname;Straße\njosé@münchen.example;José;Núñez;Königstraße 5\nb@example.com;Bob;Ünal;–\n'
const western = people.replace('–', 'x')
for (const [title, file] of [
  ['UTF-8', Buffer.from(western)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${western}`)],
  ['UTF-16', encode(western, 'utf-16le', { addBOM: true })],
  ['big-endian UTF-16', encode(western, 'utf-16be', { addBOM: true })],
  ['UTF-16 without a mark', encode(western, 'utf-16le')],
  ['Latin-1', encode(western, 'latin1')],
  ['carriage returns alone', Buffer.from(western.replaceAll('\n', '\r'))],
  ["Excel's sep line", Buffer.from(`sep=;\r\n${western.replaceAll('\n', '\r\n')}`)],
] as const) {
  test(`a file comes in whatever it is written in: ${title}`, async () => {
    const api = someone()
    const text = file
    const done = await importFile(api, text)
    assert.deepEqual([done.rowsRead, done.created, done.rejected], [2, 1, 1])
    const bob = (await contactsOf(api)).get('b@example.com')
    assert.deepEqual([bob?.firstName, bob?.lastName, bob?.fields], ['Bob', 'Ünal', { strasse: 'x' }])
    const rejects = await api.get(`/v1/imports/${done.id}/rejects`)
    assert.match(
      rejects.text,
      /^row,reason,Email,Vorname,Nachname,Straße\r\n2,Email 'josé@münchen\.example' is not an address/,
    )
  })
}

test('one bad row never stops the others, and each is told with its number', async () => {
  const api = someone()
  await addField(api, 'age', 'number')
  const done = await importFile(
    api,
    [
      'email,first_name,age',
      'a@example.com,Ada,31',
      'not an address,Bob,1',
      ',Nobody,1',
      'c@example.com,Cy\0d,1',
      '',
      'd@example.com,Dee,old',
      'e@example.com,Eve',
      'f@example.com,Fay,4,extra',
      `g@example.com,${'x'.repeat(201)},5`,
      'h@example.com,"never closed,5',
      'i@example.com,"Ida ""the"" best",6',
    ].join('\n'),
  )
  assert.deepEqual([done.rowsRead, done.created, done.rejected], [10, 3, 7])
  const rejects = (await api.get(`/v1/imports/${done.id}/rejects`)).text.split('\r\n').slice(1, -1)
  assert.deepEqual(
    rejects.map((line) => line.split(',')[0]),
    ['3', '4', '5', '7', '9', '10', '11'],
  )
  assert.equal((await contactsOf(api)).get('i@example.com')?.firstName, 'Ida "the" best')
})

test('importing a file twice changes nothing', async () => {
  const api = someone()
  const file = 'email,first_name,city,tags\na@example.com,Ada,Berlin,"x,y"\nb@example.com,Bob,,\n'
  const first = await importFile(api, file, { listName: 'All', tags: ['t'] })
  app.clock.advance(60_000)
  const before = await contactsOf(api)
  const second = await importFile(api, file, { listName: 'All', tags: ['t'] })
  assert.deepEqual([first.created, second.created, second.updated], [2, 0, 2])
  assert.deepEqual(await contactsOf(api), before)
})

test('rows of one person become one contact, in one batch as across batches', async () => {
  const api = someone()
  const rows = [
    'a@example.com,Ada,,x,1',
    'A@EXAMPLE.com,,"L\tove\\n\nlace",y,',
    'b@example.com,Bob,,,',
    'c@example.com,,,,',
    'a@example.com,,,z,3',
  ]
  const done = await importFile(api, `email,first_name,last_name,tags,note\n${rows.join('\n')}\n`)
  assert.deepEqual([done.rowsRead, done.created, done.updated], [5, 3, 2])
  const ada = (await contactsOf(api)).get('a@example.com')
  assert.deepEqual(
    [ada?.firstName, ada?.lastName, ada?.tags, ada?.fields],
    ['Ada', 'L\tove\\n\nlace', ['x', 'y', 'z'], { note: '3' }],
  )
})

test('what a row does to a contact that is there is the choice of the person', async () => {
  const api = someone()
  await addContact(api, { email: 'a@example.com', firstName: 'Ada', lastName: 'Lovelace' })
  const file = 'email,first_name,last_name\na@example.com,Augusta,\n'
  await importFile(api, file, { onDuplicate: 'keep', listName: 'Kept' })
  const kept = (await contactsOf(api)).get('a@example.com')
  assert.deepEqual([kept?.firstName, kept?.listIds.length], ['Ada', 1])
  await importFile(api, file)
  const updated = (await contactsOf(api)).get('a@example.com')
  assert.deepEqual([updated?.firstName, updated?.lastName], ['Augusta', 'Lovelace'])
})

test('nobody is subscribed again by a file, and those it says left are suppressed', async () => {
  const api = someone()
  const gone = await addContact(api, { email: 'gone@example.com' })
  await api.patch(`/v1/contacts/${gone.id}`, { status: 'unsubscribed' })
  await importFile(
    api,
    'email,status\ngone@example.com,subscribed\nleft@example.com,Unsubscribed\nbad@example.com,cleaned\nok@example.com,\n',
  )
  const contacts = await contactsOf(api)
  const told = ['gone', 'left', 'bad', 'ok'].map((name) => {
    const contact = contacts.get(`${name}@example.com`)
    return [contact?.status, contact?.suppressed]
  })
  assert.deepEqual(told, [
    ['unsubscribed', false],
    ['unsubscribed', true],
    ['bounced', true],
    ['subscribed', false],
  ])
  const { body } = await api.get('/v1/suppressions')
  assert.deepEqual(body.rows.map(({ reason }: { reason: string }) => reason).sort(), ['hard_bounce', 'unsubscribed'])
})

test('contacts imported without a basis of consent are not reachable, and a later basis makes them so', async () => {
  const api = someone()
  await importFile(api, 'email\na@example.com\n', { consentBasis: 'none' })
  assert.equal((await api.get('/v1/contacts/count')).body.reachable, 0)
  await importFile(api, 'email\na@example.com\n', { consentBasis: 'customer' })
  assert.equal((await api.get('/v1/contacts/count')).body.reachable, 1)
})

test("listmonk's attributes become fields", async () => {
  const api = someone()
  const attributes = '"{""city"":""Bengaluru"",""age"":31,""vip"":true,""langs"":[""en""],""constructor"":""x""}"'
  const done = await importFile(
    api,
    `uuid,email,name,attributes,status,created_at,updated_at\n1,a@example.com,Ada Lovelace,${attributes},enabled,x,y\n2,b@example.com,Bob,{broken,enabled,x,y\n`,
  )
  assert.deepEqual([done.source, done.created, done.rejected], ['listmonk', 1, 1])
  const ada = (await contactsOf(api)).get('a@example.com')
  assert.deepEqual(
    [ada?.firstName, ada?.lastName, ada?.fields],
    ['Ada', 'Lovelace', { city: 'Bengaluru', age: 31, vip: true, langs: '["en"]', constructor: 'x' }],
  )
  const fields = (await api.get('/v1/fields')).body.rows
    .slice(3)
    .map(({ key, type }: { key: string; type: string }) => `${key} ${type}`)
  assert.deepEqual(fields.sort(), ['age number', 'city text', 'constructor text', 'langs text', 'vip yes_no'])
})

test('a file that is no table is refused with a sentence', async () => {
  const api = someone()
  const send = (file: string | Uint8Array) =>
    api.post('/v1/imports?fileName=x.csv', file, { 'content-type': 'text/csv' })
  for (const [file, code] of [
    [Buffer.alloc(0), 'audience.import_empty'],
    ['\n\n', 'audience.import_empty'],
    ['\ufeff', 'audience.import_empty'],
    [Buffer.from('PK\x03\x04....'), 'audience.import_not_text'],
    ['x'.repeat(300_000), 'audience.import_header_too_long'],
    [Array.from({ length: 501 }, () => 'x').join(','), 'audience.import_header_too_long'],
  ] as const) {
    const reply = await send(file)
    assert.deepEqual([reply.status, reply.body?.code], [422, code], reply.text)
  }
})

test('a mapping without an email column, with a doubled or an unknown one is refused with the place', async () => {
  const api = someone()
  const { id } = await upload(api, 'a,b\n1,2\n')
  const email = { kind: 'field', key: 'email' }
  for (const columns of [
    [{ kind: 'ignore' }, { kind: 'tags' }],
    [email, email],
    [email, { kind: 'field', key: 'nope' }],
    [email],
    [email, { kind: 'new_field', key: 'status', label: 'x', type: 'text' }],
  ]) {
    const reply = await api.post(`/v1/imports/${id}/start`, { columns, consentBasis: 'opt_in' })
    assert.deepEqual(
      [reply.status, reply.body.code, reply.body.violations.length > 0],
      [400, 'audience.import_mapping', true],
    )
  }
})

test('an import is started once, and cancelled before its end only', async () => {
  const api = someone()
  const done = await importFile(api, 'email\na@example.com\n')
  assert.equal((await api.post(`/v1/imports/${done.id}/cancel`)).body.code, 'audience.import_state')
  const columns = done.columns.map(({ target }) => target)
  assert.equal(
    (await api.post(`/v1/imports/${done.id}/start`, { columns, consentBasis: 'none' })).body.code,
    'audience.import_state',
  )
  const waiting = await upload(api, 'email\nb@example.com\n')
  assert.equal((await api.post(`/v1/imports/${waiting.id}/cancel`)).body.state, 'cancelled')
})

test('a person watches the progress live, to its end', async () => {
  const tenantId = app.tenant()
  const api = app.as({ tenantId, role: 'owner' })
  const uploaded = await upload(api, 'email\na@example.com\nb@example.com\n')
  await using watcher = await app.watch(tenantId, [`import/${uploaded.id}`])
  await start(api, uploaded)
  let { message } = await watcher.next()
  while (message.state !== 'done') message = (await watcher.next()).message
  assert.deepEqual([message.type, message.created, message.bytesRead], ['progress', 2, uploaded.bytes])
})

test('two workspaces import at once, each its own', async () => {
  const both = [someone(), someone()]
  const file = `email\n${Array.from({ length: 50 }, (_, index) => `p${index}@example.com`).join('\n')}\n`
  const done = await Promise.all(both.map((api) => importFile(api, file)))
  assert.deepEqual(
    done.map(({ created }) => created),
    [50, 50],
  )
})

test('a running import is cancelled between two batches, and what it wrote stays', async () => {
  const api = someone()
  const uploaded = await upload(
    api,
    `email\n${Array.from({ length: 3_000 }, (_, row) => `p${row}@example.com`).join('\n')}\n`,
  )
  await start(api, uploaded)
  let read = 0
  while (read === 0) read = (await api.get(`/v1/imports/${uploaded.id}`)).body.rowsRead
  assert.equal((await api.post(`/v1/imports/${uploaded.id}/cancel`)).body.state, 'cancelled')
  await app.drain()
  const { body: ended } = await api.get(`/v1/imports/${uploaded.id}`)
  assert.deepEqual([ended.state, ended.rowsRead < 3_000, ended.created], ['cancelled', true, ended.rowsRead])
  assert.equal((await api.get('/v1/contacts/count')).body.contacts, ended.created)
})

test('an import whose file is gone fails with a sentence, and not for ever', async () => {
  const tenantId = app.tenant()
  const api = app.as({ tenantId, role: 'owner' })
  const uploaded = await upload(api, 'email\na@example.com\n')
  await rm(spoolPath('memory://', tenantId, uploaded.id))
  await start(api, uploaded)
  await app.drain()
  const { body } = await api.get(`/v1/imports/${uploaded.id}`)
  assert.equal(body.state, 'failed')
  assert.match(body.failure, /no longer on this machine/)
})
