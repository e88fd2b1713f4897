import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { identity } from '@fanfare/identity'
import { Identity } from '@fanfare/identity/contract'
import { boot, type TestApp, type TestHeaders } from '@fanfare/testkit'
import { audience } from '../src/service.ts'

let app: TestApp
before(async () => {
  app = await boot([identity, audience], { config: { identity: { bcryptCost: 4 }, audience: { importBatchRows: 3 } } })
})
after(() => app.stop())

let workspaces = 0

/** A workspace that may have so many contacts, and a key of it. */
async function buildWorkspace(contacts: number): Promise<TestHeaders> {
  const owner = { name: 'Ada', email: `room${++workspaces}@example.com`, password: 'correct horse battery staple' }
  const { tenantId } = await app.get(Identity).provision({ workspaceName: 'Room', ...owner })
  await app.get(Identity).setLimits({ tenantId, change: { contacts } })
  const { key } = await app.get(Identity).issueKey({ tenantId, name: 'test', role: 'owner' })
  return { authorization: `Bearer ${key}` }
}

const contact = (number: number) => ({ email: `p${number}@example.com`, consentBasis: 'opt_in' })

test('a contact beyond the limit is refused with what is used and allowed', async () => {
  const key = await buildWorkspace(2)
  for (const number of [1, 2])
    assert.equal((await app.anonymous.post('/v1/contacts', contact(number), key)).status, 201)
  const refused = await app.anonymous.post('/v1/contacts', contact(3), key)
  assert.equal(refused.status, 429)
  assert.equal(refused.body.code, 'identity.limit_reached')
  const { limit, allowed, used } = refused.body.detail
  assert.deepEqual({ limit, allowed, used }, { limit: 'contacts', allowed: 2, used: 2 })
})

test('an import stops at the batch that would go over the limit, keeps those before it, and says why', async () => {
  const key = await buildWorkspace(5)
  const rows = Array.from({ length: 8 }, (_, number) => `i${number}@example.com`)
  const csv = ['Email', ...rows, ''].join('\n')
  const upload = await app.anonymous.post('/v1/imports?fileName=a.csv', csv, { ...key, 'content-type': 'text/csv' })
  const columns = [{ kind: 'field', key: 'email' }]
  const path = `/v1/imports/${upload.body.id}`
  assert.equal((await app.anonymous.post(`${path}/start`, { columns, consentBasis: 'opt_in' }, key)).status, 200)
  await app.drain()
  const ended = (await app.anonymous.get(path, key)).body
  assert.equal(ended.state, 'failed')
  assert.match(ended.failure, /^The limit of 5 contacts is reached: 3 are used and this would add 3/)
  assert.equal(ended.created, 3)
  assert.equal((await app.anonymous.get('/v1/contacts', key)).body.rows.length, 3)
})

test('with no room for one more contact no import begins', async () => {
  const key = await buildWorkspace(1)
  await app.anonymous.post('/v1/contacts', contact(1), key)
  const headers = { ...key, 'content-type': 'text/csv' }
  const upload = await app.anonymous.post('/v1/imports?fileName=b.csv', 'Email\nnew@example.com\n', headers)
  const start = { columns: [{ kind: 'field', key: 'email' }], consentBasis: 'opt_in' }
  assert.equal((await app.anonymous.post(`/v1/imports/${upload.body.id}/start`, start, key)).status, 429)
})
