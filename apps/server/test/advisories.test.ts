import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { Http } from '@fanfare/kernel'
import type { z } from 'zod'
import { callWith, type House, openHouse, type Tenant } from './house.ts'
import { makeBelongings, settle } from './isolation/belongings.ts'
import { attemptOn, evened } from './isolation/trial.ts'

/** What went wrong in comparable products, tried on the whole of this one. The rules: scripts/gen/security/advisories.txt. */
let house: House
let owner: Tenant
before(async () => {
  house = await openHouse()
  owner = await house.openWorkspace('Owner')
})
after(() => house[Symbol.asyncDispose]())

const injections = [
  "' or 1=1 --",
  "'; drop table audience.contact; --",
  '") union select hash from identity.api_key --',
  '\\',
]

test('GHSA-f4wj-hwm5-6625, CVE-2025-46011: no text of people is SQL: searches, tags, names and rules find what they say (ASVS 1.2.4)', async () => {
  await owner.call('POST', '/v1/contacts', { email: 'only@example.com', consentBasis: 'opt_in' })
  for (const text of injections) {
    for (const name of ['search', 'tag']) {
      const reply = await owner.call('GET', `/v1/contacts?${new URLSearchParams({ [name]: text })}`)
      assert.equal(reply.status, 200, reply.text)
      assert.deepEqual(reply.body.rows, [], text)
    }
    const condition = { kind: 'field', field: 'email', operator: 'is', value: text }
    const counted = await owner.call('POST', '/v1/segments/count', { rules: { match: 'all', conditions: [condition] } })
    assert.equal(counted.status, 200, counted.text)
    assert.equal(counted.body.count, 0, text)
    const column = await owner.call('POST', '/v1/segments/count', {
      rules: { match: 'all', conditions: [{ ...condition, field: `email ${text}` }] },
    })
    assert.equal(column.status, 400, column.text)
  }
})

test('CVE-2026-26980: what orders and filters a list is a name that the server knows (ASVS 1.2.4)', async () => {
  for (const email of ['a@example.com', 'b@example.com']) {
    await owner.call('POST', '/v1/contacts', { email, consentBasis: 'opt_in' })
  }
  const lists = house.app
    .get(Http)
    .routes()
    .filter(({ method, path, query }) => method === 'GET' && query !== undefined && !/:|^\/v1\/live/.test(path))
  assert.ok(lists.length > 8)
  for (const { path, query } of lists) {
    const ask = async (fields: Record<string, string>) =>
      evened(await owner.call('GET', `${path}?${new URLSearchParams(fields)}`), 'nobody asks for an id')
    const plain = await ask({})
    const declared = Object.keys((query as z.ZodObject).shape)
    for (const text of ['(select pg_sleep(5))', 'slug:(case when true then id end)', 'email desc', ...injections]) {
      for (const name of new Set([...declared, 'order', 'sort', 'orderBy', 'filter', 'fields', 'direction'])) {
        const began = performance.now()
        const reply = await ask({ [name]: text })
        assert.match(reply, /^[24]/, `${path}?${name}=${text}: ${reply}`)
        assert.ok(performance.now() - began < 4_000, `${path}?${name} has slept`)
        // What a list does not know changes nothing in it. The trail grows by being exported.
        const isStill = !declared.includes(name) && reply.startsWith('2') && !path.startsWith('/v1/audit')
        if (isStill) assert.equal(reply, plain, `${path}?${name}=${text}`)
      }
    }
  }
})

test('CVE-2026-40871: what was stored is data for a job, too', async () => {
  const rows = injections.map(
    (text, n) => `row${n}@example.com,"${text.replaceAll('"', '""')}","${text.replaceAll('"', '""')}"`,
  )
  const upload = await owner.call('POST', '/v1/imports?fileName=names.csv', ['Email,First,Tag', ...rows].join('\n'), {
    'content-type': 'text/csv',
  })
  const columns = [{ kind: 'field', key: 'email' }, { kind: 'field', key: 'first_name' }, { kind: 'tags' }]
  const begun = await owner.call('POST', `/v1/imports/${upload.body.id}/start`, {
    columns,
    consentBasis: 'opt_in',
    listName: injections[1],
  })
  assert.ok(begun.status < 300, begun.text)
  await settle(house)
  for (const [n, text] of injections.entries()) {
    const { body } = await owner.call('GET', `/v1/contacts?search=row${n}`)
    assert.equal(body.rows[0]?.firstName, text)
  }
  assert.equal((await owner.call('GET', `/v1/imports/${upload.body.id}`)).body.state, 'done')
})

test('CVE-2026-21858: a body is what its route takes, whatever it calls itself', async () => {
  const form = '--b\r\ncontent-disposition: form-data; name="file"; filename="/etc/passwd"\r\n\r\nx\r\n--b--\r\n'
  const json = JSON.stringify({ files: [{ filepath: '/etc/passwd' }] })
  for (const [path, body, type] of [
    ['/v1/imports?fileName=a.csv', form, 'multipart/form-data; boundary=b'],
    ['/v1/imports?fileName=a.csv', json, 'application/json'],
    ['/v1/contacts', form, 'multipart/form-data; boundary=b'],
    ['/v1/contacts', 'email=a@example.com', 'application/x-www-form-urlencoded'],
    ['/v1/contacts', json, 'text/plain'],
  ] as const) {
    const reply = await owner.call('POST', path, body, { 'content-type': type })
    assert.equal(reply.status, 415, `${path} as ${type}: ${reply.text}`)
  }
})

test('CVE-2026-21877: the name of an upload is no path', async () => {
  for (const fileName of [
    '../../../../tmp/evil.csv',
    '/etc/cron.d/evil',
    '..\\..\\evil.csv',
    'a\0.csv',
    '%2e%2e%2fevil',
  ]) {
    const reply = await owner.call(
      'POST',
      `/v1/imports?${new URLSearchParams({ fileName })}`,
      'Email\na@example.com\n',
      {
        'content-type': 'text/csv',
      },
    )
    assert.ok(reply.status === 201 || reply.status === 400, reply.text)
    if (reply.status === 201) assert.equal(reply.body.fileName, fileName)
  }
  for (const path of ['/tmp/evil.csv', '/etc/cron.d/evil', '../evil.csv']) assert.ok(!existsSync(path), path)
})

test('novuhq/novu#10792: a key __proto__, constructor or prototype changes no object but its own', async () => {
  const bodies = [
    '{"email":"p1@example.com","consentBasis":"opt_in","__proto__":{"polluted":1}}',
    '{"email":"p2@example.com","consentBasis":"opt_in","fields":{"__proto__":{"polluted":1}}}',
    '{"email":"p3@example.com","consentBasis":"opt_in","fields":{"constructor":{"prototype":{"polluted":1}}}}',
  ]
  for (const body of bodies) {
    const reply = await owner.call('POST', '/v1/contacts', body, { 'content-type': 'application/json' })
    assert.equal(reply.status, 400, reply.text)
    assert.match(reply.body.violations[0].path, /^\/body/)
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('CVE-2026-22595: a key does what its role may, and nothing that is a person’s', async () => {
  const personal = house.app
    .get(Http)
    .routes()
    .filter(({ access }) => access.kind === 'signed_in')
  assert.ok(personal.length >= 3)
  const ids = await makeBelongings(house, owner, 'mine')
  for (const one of personal) {
    const attempt = attemptOn(one, ids, ids)
    const reply = await owner.call(one.method, attempt.path, attempt.body)
    assert.equal(reply.body?.code, 'http.person_needed', `${one.method} ${one.path}`)
  }
})

test('CVE-2025-61928: who calls is said by the credential alone, whatever body, query and headers say', async () => {
  const other = await house.openWorkspace('Other')
  const said = { tenantId: other.tenantId, userId: 'aaaaaaaa-0000-4000-8000-00000000000a', role: 'owner' }
  const { key } = (await owner.call('POST', '/v1/api-keys', { name: 'Viewer', role: 'viewer' })).body
  const viewer = callWith(house.url, {
    authorization: `Bearer ${key}`,
    'x-user-id': said.userId,
    'x-tenant-id': other.tenantId,
    'x-role': 'owner',
  })
  const refused = await viewer('POST', `/v1/lists?${new URLSearchParams(said)}`, { name: 'List', ...said })
  assert.equal(refused.status, 403)
  const made = await owner.call('POST', '/v1/lists', { name: 'Mine whoever', ...said })
  assert.equal(made.status, 201, made.text)
  assert.equal((await other.call('GET', '/v1/lists')).body.rows.length, 0)
})

test('CVE-2026-45707: who names no workspace, or one that is not theirs, gets nobody else’s', async () => {
  const stranger = await house.openWorkspace('Third')
  const list = { name: 'A list that only its owner sees' }
  assert.equal((await owner.call('POST', '/v1/lists', list)).status, 201)
  assert.match((await owner.call('GET', '/v1/lists')).text, /only its owner sees/)

  const own = await stranger.call('GET', '/v1/lists')
  assert.deepEqual([own.status, own.body.rows], [200, []], 'a key has its own workspace, whatever is left out')
  const named = { 'fanfare-workspace': owner.tenantId }
  const signedIn = { email: stranger.email, password: 'correct horse battery' }
  const { accessToken } = (await callWith(house.url, {})('POST', '/v1/tokens', signedIn)).body
  const program = callWith(house.url, { authorization: `Bearer ${accessToken}` })
  assert.equal((await program('GET', '/v1/lists')).status, 200)
  for (const [who, call] of Object.entries({
    'a person who names another’s': stranger.callAsPerson(owner.tenantId),
    'a person who names none': stranger.callAsPerson(''),
    'a person who names what is no id': stranger.callAsPerson('null'),
    'a token that names another’s': callWith(house.url, { ...named, authorization: `Bearer ${accessToken}` }),
    'a key that names another’s': callWith(house.url, { ...named, authorization: `Bearer ${stranger.key}` }),
    'nobody who names one': callWith(house.url, named),
    nobody: callWith(house.url, {}),
  })) {
    for (const path of ['/v1/lists', `/v1/lists?workspace=${owner.tenantId}`]) {
      const reply = await call('GET', path)
      assert.ok([401, 403, 404].includes(reply.status), `${who} at ${path}: ${reply.status} ${reply.text}`)
    }
  }
})

test('GHSA-xmf8-cvqr-rfgj: a malformed Authorization is a refusal, and nothing falls over', async () => {
  const wrong = [
    'Bearer',
    'Bearer ',
    'Bearer  a b',
    'Basic !!!',
    'Bearer %E0%A4%A',
    'bearer\tx',
    'Bearer ff_',
    'Digest a="b'.padEnd(4_000, 'x'),
  ]
  for (const authorization of [
    ...wrong,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    'Bearer ..',
    `Bearer ${'a.'.repeat(2_000)}`,
  ]) {
    const reply = await callWith(house.url, { authorization })('GET', '/v1/contacts')
    assert.equal(reply.status, 401, authorization.slice(0, 60))
  }
  const cookies = [
    'fanfare_session',
    'fanfare_session=',
    'fanfare_session=%',
    '=;=;=',
    'fanfare_session=a; fanfare_session=b',
  ]
  for (const cookie of [...cookies, 'x=y; '.repeat(500)]) {
    const reply = await callWith(house.url, { cookie })('GET', '/v1/contacts')
    assert.equal(reply.status, 401, cookie.slice(0, 60))
  }
  assert.equal((await owner.call('GET', '/v1/contacts')).status, 200)
})

test('GHSA-8fpg-xm3f-6cx3: a setting that cannot be read keeps the product from starting, instead of opening a way', async () => {
  for (const http of [
    { trustedProxies: 'everybody' },
    { corsOrigins: '*' },
    { publicUrl: 'fanfare.example' },
    { rateLimitFactor: 'none' },
    { bodyLimitBytes: '-1' },
  ]) {
    await assert.rejects(openHouse([], { http }), { code: 'config.invalid' }, JSON.stringify(http))
  }
})

test('CVE-2022-25770: nothing of a set-up or an upgrade is open once there is an owner', async () => {
  await using fresh = await openHouse()
  const { url } = await fresh.app.get(Identity).findSetupLink({})
  const token = new URL(url as string).searchParams.get('token')
  await fresh.openWorkspace('First')
  const nobody = callWith(fresh.url, {})
  const eve = { name: 'Eve', email: 'eve@example.com', password: 'correct horse battery', workspaceName: 'Eve' }
  const again = await nobody('POST', '/v1/setup', { ...eve, token })
  assert.deepEqual([again.status, again.body.code], [409, 'identity.setup_done'], 'not even with the link of the start')
  assert.deepEqual((await nobody('GET', '/v1/setup')).body, { needed: false })

  const closed = fresh.app
    .get(Http)
    .routes()
    .filter(({ access }) => access.kind !== 'anyone')
  assert.ok(closed.length > 100)
  for (const { method, path } of closed) {
    const { status } = await nobody(method, path.replace(/:\w+/g, 'aaaaaaaa-0000-4000-8000-00000000000c'))
    assert.equal(status, 401, `${method} ${path}`)
  }
  for (const path of ['/v1/upgrade', '/v1/migrate', '/upgrade.php', '/v1/system/migrate', '/v1/backup']) {
    for (const method of ['GET', 'POST']) assert.equal((await nobody(method, path)).status, 404, path)
  }
})

test('CVE-2025-9824: a known account and an unknown one are answered alike', async () => {
  const nobody = callWith(house.url, { origin: house.url })
  const ask = (email: string) => nobody('POST', '/v1/sessions', { email, password: 'wrong horse battery' })
  const [known, unknown] = [await ask(owner.email), await ask('nobody@example.com')]
  assert.equal(known.status, 401)
  assert.equal(known.status, unknown.status)
  assert.equal(known.body.code, unknown.body.code)
  assert.equal(known.body.title, unknown.body.title)
})
