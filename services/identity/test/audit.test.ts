import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { recordAudit } from '@fanfare/identity/contract'
import { Events } from '@fanfare/kernel'
import { boot, createTestClock, type TestApp } from '@fanfare/testkit'
import { sql } from 'kysely'
import { identity } from '../src/service.ts'
import { bootIdentity, buildKeyHeader, buildOwner, type Owner, password } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

/** Leaves entries in a workspace's trail, one after the other. */
async function buildEntries(at: TestApp, tenantId: string, count: number, noun = 'thing'): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await at.db.withTenant(tenantId, () =>
      recordAudit(at.get(Events), {
        tenantId,
        action: `${noun}.changed`,
        target: { kind: noun, id: `${noun}-${number}`, name: `Number ${number}` },
        before: { size: number, kept: true },
        after: { size: number + 1, kept: true },
      }),
    )
  }
  await at.drain()
}

let migrations = 0
/** Changes the trail as only the owner of the database can: with the guard taken off, unless it stays on. */
function tamper(at: TestApp, statement: string, guard: 'off' | 'on' = 'off'): Promise<void> {
  migrations += 1
  return at.db.migrate(`tamper_${migrations}`, [
    {
      name: '001-tamper',
      up: async (trx) => {
        if (guard === 'off') await sql`alter table identity.audit disable trigger user`.execute(trx)
        await sql.raw(statement).execute(trx)
        if (guard === 'off') await sql`alter table identity.audit enable trigger user`.execute(trx)
      },
    },
  ])
}

const auditOf = async ({ browser }: Owner, query = '') => (await browser.get(`/v1/audit${query}`)).body
const faultsOf = async ({ browser }: Owner) => {
  const { body } = await browser.get('/v1/audit/verification')
  return body.findings.map(({ kind, sequence }: { kind: string; sequence: number }) => `${kind} ${sequence}`)
}

test('an action leaves an entry that says who, from where and with what', async () => {
  const owner = await buildOwner(app)
  const made = await owner.browser.post('/v1/api-keys', { name: 'Shop' })
  await app.drain()
  const { rows } = await auditOf(owner)
  assert.equal(rows.length, 1)
  const { sequence, action, actor, target, address, operation, after, requestId } = rows[0]
  assert.deepEqual(
    { sequence, action, actor, target, address, operation, after },
    {
      sequence: 1,
      action: 'api_key.created',
      actor: { kind: 'person', id: owner.userId, name: owner.email },
      target: { kind: 'api_key', id: made.body.id, name: 'Shop' },
      address: '127.0.0.1',
      operation: 'POST /v1/api-keys',
      after: {
        name: 'Shop',
        role: 'editor',
        scopes: null,
        prefix: made.body.prefix,
        expiresAt: null,
        allowedNetworks: [],
      },
    },
  )
  assert.equal(requestId, made.headers.get('x-request-id'))
  assert.ok(!JSON.stringify(rows).includes(made.body.key), 'the key itself is nowhere')
})

test('what a key does is told with the name of the key', async () => {
  const owner = await buildOwner(app)
  const headers = await buildKeyHeader(app, owner.tenantId, 'admin')
  await app.anonymous.post('/v1/api-keys', { name: 'Second' }, headers)
  await app.drain()
  const { rows } = await auditOf(owner, '?limit=1')
  assert.deepEqual([rows[0].actor.kind, rows[0].actor.name], ['api_key', 'A key for admin'])
})

test('an action that is rolled back leaves no entry', async () => {
  const owner = await buildOwner(app)
  const failing = app.db.withTenant(owner.tenantId, async () => {
    await recordAudit(app.get(Events), { tenantId: owner.tenantId, action: 'thing.changed' })
    throw new Error('the disk is full')
  })
  await assert.rejects(failing, /disk/)
  await app.drain()
  assert.deepEqual((await auditOf(owner)).rows, [])
})

test('an entry for another workspace than that of the transaction is refused (CVE-2026-45707)', async () => {
  const [mine, theirs] = [await buildOwner(app), await buildOwner(app)]
  const mixing = app.db.withTenant(mine.tenantId, () =>
    recordAudit(app.get(Events), { tenantId: theirs.tenantId, action: 'thing.changed' }),
  )
  await assert.rejects(mixing, { code: 'database.tenant_mixed' })
  await assert.rejects(recordAudit(app.get(Events), { tenantId: mine.tenantId, action: 'thing.changed' }), {
    code: 'events.no_transaction',
  })
})

test('only what has changed is kept, and what is named like a secret is hidden', async () => {
  const owner = await buildOwner(app)
  await app.db.withTenant(owner.tenantId, () =>
    recordAudit(app.get(Events), {
      tenantId: owner.tenantId,
      action: 'sender.updated',
      before: { name: 'News', host: 'a.example', smtpPassword: 'old secret' },
      after: { name: 'News', host: 'b.example\0', smtpPassword: 'new secret', accessToken: null },
    }),
  )
  await app.drain()
  const { rows } = await auditOf(owner)
  assert.deepEqual(rows[0].before, { host: 'a.example', smtpPassword: '[hidden]' })
  assert.deepEqual(rows[0].after, { host: 'b.example', smtpPassword: '[hidden]', accessToken: null })
})

test('a page ends where the next begins, and filters find by actor, target, action and time', async () => {
  const clock = createTestClock()
  await using own = await bootIdentity({ clock })
  const owner = await buildOwner(own)
  await buildEntries(own, owner.tenantId, 3)
  clock.advance(60_000)
  const middle = clock.now().toISOString()
  await buildEntries(own, owner.tenantId, 2, 'other')

  const first = await auditOf(owner, '?limit=2')
  const second = await auditOf(owner, `?limit=2&cursor=${first.nextCursor}`)
  const third = await auditOf(owner, `?limit=2&cursor=${second.nextCursor}`)
  const places = [first, second, third].map(({ rows }) => rows.map(({ sequence }: { sequence: number }) => sequence))
  assert.deepEqual(places, [[5, 4], [3, 2], [1]])
  assert.equal(third.nextCursor, null)

  const countOf = async (query: string) => (await auditOf(owner, query)).rows.length
  assert.equal(await countOf('?action=other.'), 2)
  assert.equal(await countOf('?action=other.chang%25'), 0, 'a wildcard is no wildcard')
  assert.equal(await countOf('?target=thing-2'), 1)
  assert.equal(await countOf('?target=Number%202'), 2)
  assert.equal(await countOf(`?actor=${owner.userId}`), 0, 'no request began these')
  assert.equal(await countOf(`?since=${middle}`), 2)
  assert.equal(await countOf(`?until=${middle}`), 3)
})

test('the trail is for owners and admins of the workspace, and shows nothing of another', async () => {
  const [mine, theirs] = [await buildOwner(app), await buildOwner(app)]
  await buildEntries(app, mine.tenantId, 1)
  for (const path of ['/v1/audit', '/v1/audit/export', '/v1/audit/verification']) {
    assert.equal((await app.anonymous.get(path)).status, 401)
    const editor = await buildKeyHeader(app, mine.tenantId, 'editor')
    assert.equal((await app.anonymous.get(path, editor)).body.code, 'http.forbidden')
  }
  assert.equal(
    (await app.anonymous.get('/v1/audit?since=yesterday', await buildKeyHeader(app, mine.tenantId, 'owner'))).status,
    400,
  )
  assert.deepEqual((await auditOf(theirs)).rows, [])
})

test('an export tells everything, guards its cells and is an entry itself', async () => {
  const owner = await buildOwner(app)
  await app.db.withTenant(owner.tenantId, () =>
    recordAudit(app.get(Events), {
      tenantId: owner.tenantId,
      action: 'list.renamed',
      target: { kind: 'list', id: 'l1', name: '=HYPERLINK("http://evil.example")' },
    }),
  )
  await app.drain()
  const csv = await owner.browser.get('/v1/audit/export?format=csv')
  const [head] = csv.text.split('\r\n')
  assert.match(head ?? '', /^sequence,occurred_at,recorded_at,action,/)
  assert.match(csv.text, /,"'=HYPERLINK\(/)

  const ndjson = await owner.browser.get('/v1/audit/export?format=ndjson&action=list.')
  const lines = ndjson.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ action, tenantId }) => [action, tenantId]),
    [['list.renamed', owner.tenantId]],
  )
  await app.drain()
  assert.equal((await auditOf(owner, '?action=audit.exported')).rows.length, 2)
})

test('no entry can be changed or taken out: the application may not, and the owner of the table is refused', async () => {
  const owner = await buildOwner(app)
  await buildEntries(app, owner.tenantId, 2)
  const asApplication = (statement: string) =>
    app.db.withTenant(owner.tenantId, (trx) => sql.raw(statement).execute(trx))
  for (const statement of [`update identity.audit set action = 'x.y'`, 'delete from identity.audit']) {
    await assert.rejects(asApplication(statement), /permission denied/)
    await assert.rejects(tamper(app, statement, 'on'), /takes no (update|delete)/)
  }
  await assert.rejects(tamper(app, 'truncate identity.audit', 'on'), /takes no truncate/)
  assert.deepEqual(await faultsOf(owner), [])
})

test('a workspace that is deleted takes its trail along, and no other', async () => {
  const [going, staying] = [await buildOwner(app), await buildOwner(app)]
  await buildEntries(app, going.tenantId, 2)
  await buildEntries(app, staying.tenantId, 2)
  await app.db.withTenant(going.tenantId, (trx) => sql`delete from identity.workspace`.execute(trx))
  const left = await app.db.withTenant(going.tenantId, (trx) => trx.selectFrom('identity.audit').selectAll().execute())
  assert.deepEqual(left, [])
  assert.equal((await auditOf(staying)).rows.length, 2)
})

test('places have no gaps and no doubles when many act at the same time', async () => {
  const owner = await buildOwner(app)
  await Promise.all(Array.from({ length: 40 }, (_, at) => buildEntries(app, owner.tenantId, 1, `noun${at}`)))
  const { rows } = await auditOf(owner, '?limit=100')
  const places = rows.map(({ sequence }: { sequence: number }) => sequence)
  assert.deepEqual(
    places,
    Array.from({ length: 40 }, (_, at) => 40 - at),
  )
  assert.deepEqual(await faultsOf(owner), [])
})

test('an event that is handled again leaves no second entry', async () => {
  await using own = await bootIdentity()
  const owner = await buildOwner(own)
  await buildEntries(own, owner.tenantId, 2)
  await auditOf(owner)
  assert.equal(await own.get(Events).replay('identity.audit', { since: new Date(0) }), 2)
  await own.drain()
  assert.equal((await auditOf(owner)).rows.length, 2)
})

const outside = 'where tenant_id ='
for (const [name, statement, expected] of [
  ['an edit', `update identity.audit set target_name = 'x' ${outside} $ and sequence = 2`, ['edited 2']],
  ['a changed detail', `update identity.audit set after = '{"size": 9}' ${outside} $ and sequence = 2`, ['edited 2']],
  ['a deletion', `delete from identity.audit ${outside} $ and sequence = 2`, ['missing 2']],
  ['a truncation', `delete from identity.audit ${outside} $ and sequence > 3`, ['truncated 4']],
  ['a truncation of all', `delete from identity.audit ${outside} $`, ['truncated 1']],
  [
    'a clock that went back',
    `update identity.audit set recorded_at = '2020-01-01' ${outside} $ and sequence = 2`,
    ['clock_back 2', 'edited 2'],
  ],
  [
    'a reorder',
    `update identity.audit set sequence = case sequence when 2 then 103 when 3 then 102 end ${outside} $ and sequence in (2, 3);
    update identity.audit set sequence = sequence - 100 ${outside} $ and sequence > 100`,
    ['reordered 2', 'reordered 3', 'unlinked 2', 'unlinked 3', 'unlinked 4'],
  ],
] as const) {
  test(`the verification finds ${name} in the database`, async () => {
    const owner = await buildOwner(app)
    await buildEntries(app, owner.tenantId, 4)
    assert.deepEqual(await faultsOf(owner), [])
    await tamper(app, statement.replaceAll('$', `'${owner.tenantId}'`))
    const faults: string[] = await faultsOf(owner)
    // Which entries were appended as one set, and which of them were signed, is a matter of timing, and what else follows too.
    assert.deepEqual(
      expected.filter((fault) => !faults.includes(fault)),
      [],
      `only found: ${faults.join(', ')}`,
    )
  })
}

test('checkpoints lie beside the database: a cut-off end shows after a restart, a forged line and a lost file too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-audit-'))
  const clock = createTestClock()
  const config = { identity: { bcryptCost: 4 } }
  try {
    await using own = await boot([identity], { clock, config, environment: { FANFARE_DATA_DIR: folder } })
    const owner = await buildOwner(own)
    const file = join(folder, 'audit', `${owner.tenantId}.ndjson`)
    await buildEntries(own, owner.tenantId, 3)
    assert.deepEqual(await faultsOf(owner), [])
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    assert.equal(JSON.parse(lines.at(-1) ?? '').sequence, 3)

    await tamper(own, `delete from identity.audit where tenant_id = '${owner.tenantId}' and sequence = 3`)
    assert.deepEqual(await faultsOf(owner), ['truncated 3'])
    await writeFile(file, lines.map((line) => `${line.replace(/"sequence":\d+/, '"sequence":2')}\n`).join(''))
    assert.ok((await faultsOf(owner)).every((fault: string) => fault.startsWith('checkpoint_forged')))
    await rm(file)
    clock.advance(2 * 60 * 60_000)
    await owner.browser.post('/v1/sessions', { email: owner.email, password: 'correct horse battery staple' })
    assert.deepEqual(await faultsOf(owner), ['checkpoint_missing 0'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a person finds what was done with their account, refused tries included, and nobody else does', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const credentials = { email: owner.email, password }
  await app.anonymous.post('/v1/sessions', { ...credentials, password: 'not the password' })
  await app.anonymous.post('/v1/sessions', { ...credentials, email: 'nobody@example.com' })
  const other = app.browser()
  await other.post('/v1/sessions', credentials)
  await other.delete('/v1/sessions/current')

  const { rows } = (await owner.browser.get('/v1/me/activity')).body
  const told = rows.map(
    ({ action, actor }: { action: string; actor: { kind: string } }) => `${action} by ${actor.kind}`,
  )
  assert.deepEqual(told, [
    'session.closed by person',
    'session.opened by person',
    'session.refused by anonymous',
    'session.opened by person',
  ])
  assert.deepEqual(rows[0].target, { kind: 'account', id: owner.userId, name: owner.email })
  assert.equal((await stranger.browser.get('/v1/me/activity')).body.rows.length, 1)
  assert.equal((await app.anonymous.get('/v1/me/activity')).status, 401)
})
