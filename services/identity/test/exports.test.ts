import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Jobs } from '@fanfare/kernel'
import { createTestClock, type TestApp, type TestClient } from '@fanfare/testkit'
import { KeepWorkspaces } from '../src/workspaces/upkeep.ts'
import { bootIdentity, buildKeyHeader, buildMember, buildOwner } from './factories.ts'

let app: TestApp
const clock = createTestClock()
before(async () => {
  app = await bootIdentity({ clock })
})
after(() => app.stop())

const dayMs = 24 * 60 * 60 * 1_000

/** Names and contents of a tar archive, read by the sizes in its headers. */
function untar(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  for (let at = 0; archive[at] !== 0; ) {
    const text = (from: number, to: number) => archive.toString('utf8', at + from, at + to).replace(/\0.*$/s, '')
    const size = Number.parseInt(text(124, 136), 8)
    assert.equal(text(257, 263), 'ustar')
    files.set(text(0, 100), archive.toString('utf8', at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

async function fetchFile(browser: TestClient, exportId: string): Promise<Map<string, string>> {
  const { status, headers, bytes } = await browser.get(`/v1/workspace/exports/${exportId}/file`)
  assert.equal(status, 200)
  assert.equal(headers.get('content-type'), 'application/gzip')
  assert.equal(headers.get('content-length'), String(bytes.length))
  return untar(gunzipSync(bytes))
}

test('an owner exports the workspace: every table with the rows of this one only, and no secret', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  await owner.browser.post('/v1/teams', { name: 'Exported team' })
  await stranger.browser.post('/v1/teams', { name: 'Foreign team' })
  const { authorization } = await buildKeyHeader(app, owner.tenantId, 'viewer')

  const asked = await owner.browser.post('/v1/workspace/exports')
  assert.equal(asked.status, 201)
  assert.equal((await owner.browser.post('/v1/workspace/exports')).body.code, 'identity.export_running')
  await app.drain()
  const [done] = (await owner.browser.get('/v1/workspace/exports')).body.rows
  assert.equal(done.state, 'done')
  assert.equal(done.tablesDone, done.tablesAll)
  const files = await fetchFile(owner.browser, done.id)

  const all = [...files.values()].join('')
  assert.match(files.get('identity.team.ndjson') ?? '', /Exported team/)
  assert.ok(!all.includes('Foreign team') && !all.includes(stranger.tenantId))
  const key = JSON.parse((files.get('identity.api_key.ndjson') ?? '').trim())
  assert.equal(key.tenant_id, owner.tenantId)
  assert.ok(!('hash' in key) && !all.includes(authorization.slice('Bearer '.length)))
  const rows = [...files]
    .filter(([name]) => name.endsWith('.ndjson'))
    .flatMap(([, text]) => text.split('\n').slice(0, -1))
  assert.equal(rows.length, done.rows)
  for (const row of rows) assert.equal(JSON.parse(row).tenant_id, owner.tenantId)
})

test('a table with more rows than a page and a part come out whole, each row once', async () => {
  const owner = await buildOwner(app)
  const text = 'x'.repeat(4_000)
  await app.db.withTenant(owner.tenantId, (trx) =>
    trx
      .insertInto('identity.team')
      .values(
        Array.from({ length: 2_600 }, (_, number) => ({
          tenant_id: owner.tenantId,
          id: randomUUID(),
          name: `${number} ${text}`,
          created_at: clock.now(),
        })),
      )
      .execute(),
  )
  const { id } = (await owner.browser.post('/v1/workspace/exports')).body
  await app.drain()
  const files = await fetchFile(owner.browser, id)
  const parts = [...files].filter(([name]) => /^identity\.team(\.\d+)?\.ndjson$/.test(name))
  assert.ok(parts.length > 1)
  const names = parts.flatMap(([, content]) =>
    content
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).name.split(' ')[0]),
  )
  assert.equal(names.length, 2_600)
  assert.equal(new Set(names).size, 2_600)
})

test('an export is for owners, and for people: an admin, a key and a stranger neither ask for nor fetch one', async () => {
  const owner = await buildOwner(app)
  const admin = await buildMember(app, owner, 'admin')
  const stranger = await buildOwner(app)
  const key = await buildKeyHeader(app, owner.tenantId, 'owner')
  const { id } = (await owner.browser.post('/v1/workspace/exports')).body
  await app.drain()
  const file = `/v1/workspace/exports/${id}/file`
  assert.equal((await admin.browser.get(file)).status, 403)
  assert.equal((await admin.browser.post('/v1/workspace/exports')).status, 403)
  assert.equal((await app.anonymous.get(file, key)).body.code, 'http.person_needed')
  assert.equal((await app.anonymous.post('/v1/workspace/exports', undefined, key)).body.code, 'http.person_needed')
  assert.equal((await stranger.browser.get(file)).status, 404)
  assert.equal((await stranger.browser.delete(`/v1/workspace/exports/${id}`)).status, 404)
  assert.equal((await app.anonymous.get(file)).status, 401)
  assert.equal((await owner.browser.delete(`/v1/workspace/exports/${id}`)).status, 204)
  assert.equal((await owner.browser.get(file)).status, 404)
})

test('an export asks for a recent proof of identity, runs out after two days, and its bytes go', async () => {
  const owner = await buildOwner(app)
  const { id } = (await owner.browser.post('/v1/workspace/exports')).body
  await app.drain()
  clock.advance(11 * 60_000)
  assert.equal((await owner.browser.post('/v1/workspace/exports')).body.code, 'http.proof_needed')
  clock.advance(2 * dayMs)
  assert.equal((await owner.browser.get(`/v1/workspace/exports/${id}/file`)).status, 404)
  assert.deepEqual((await owner.browser.get('/v1/workspace/exports')).body.rows, [])
  await app.get(Jobs).enqueue(KeepWorkspaces, {})
  await app.drain()
  const left = await app.db.withTenant(owner.tenantId, (trx) =>
    trx.selectFrom('identity.workspace_export_piece').select('number').execute(),
  )
  assert.deepEqual(left, [])
})
