import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { countTenantRows, Db, Events, eraseTenant, Jobs, listTenantTables, readTenantRows } from '@fanfare/kernel'
import { type House, openHouse } from './house.ts'
import { makeBelongings } from './isolation/belongings.ts'

/** One digest for each table with rows of a tenant. */
async function digestsOf({ app }: House, tenantId: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const table of await listTenantTables(app.get(Db))) {
    if (table.schema.startsWith('kernel')) continue
    const hash = createHash('sha256')
    for await (const page of readTenantRows(app.get(Db), tenantId, table)) hash.update(page.join('\n'))
    digests.set(table.name, hash.digest('hex'))
  }
  return digests
}

async function settle({ app }: House): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await app.get(Jobs).drain()
    await app.get(Events).drain()
  }
}

test('MT-07: after a workspace is erased 0 rows of it are in any table and the rows of another are unchanged', async () => {
  await using house = await openHouse()
  const gone = await house.openWorkspace('Gone')
  const kept = await house.openWorkspace('Kept')
  await makeBelongings(house, gone)
  await makeBelongings(house, kept)
  await settle(house)
  const db = house.app.get(Db)
  const before = await digestsOf(house, kept.tenantId)
  const held = await countTenantRows(db, gone.tenantId)
  assert.ok(held.size > 30, `the workspace should have rows in most tables, it has in ${held.size}`)

  const erased = await eraseTenant(db, gone.tenantId, { batchRows: 2 })

  assert.deepEqual([...(await countTenantRows(db, gone.tenantId))], [])
  assert.ok(erased >= [...held.values()].reduce((sum, rows) => sum + rows, 0))
  assert.deepEqual(await digestsOf(house, kept.tenantId), before)
  assert.equal(await eraseTenant(db, gone.tenantId), 0)
  assert.equal((await gone.call('GET', '/v1/workspace')).status, 401)
  assert.equal((await kept.call('GET', '/v1/workspace')).status, 200)
})

test('an erasure that is cut off is taken up again where it stopped', async () => {
  await using house = await openHouse()
  const gone = await house.openWorkspace('Halfway')
  await makeBelongings(house, gone)
  await settle(house)
  const db = house.app.get(Db)
  const stopping = new AbortController()
  let asked = 0
  const signal = new Proxy(stopping.signal, {
    get: (target, name) => {
      if (name === 'throwIfAborted' && ++asked === 12) stopping.abort()
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  await assert.rejects(eraseTenant(db, gone.tenantId, { batchRows: 2, signal }), { name: 'AbortError' })
  assert.equal((await countTenantRows(db, gone.tenantId)).get('identity.workspace'), 1)

  await eraseTenant(db, gone.tenantId)

  assert.deepEqual([...(await countTenantRows(db, gone.tenantId))], [])
})

test('what an export may hold has no secret in it, by the name of any column there is', async () => {
  await using house = await openHouse()
  const tables = await listTenantTables(house.app.get(Db))
  const columns = tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`))
  const suspicious = columns.filter((column) => /secret|password|token|hash|private|cipher|sealed|_key$/.test(column))
  // Looked at by hand.
  assert.deepEqual(suspicious, [
    'ai.crew_step.input_tokens',
    'ai.crew_step.output_tokens',
    'audience.contact.email_key',
    'audience.suppression.email_key',
    'delivery.bucket.tokens',
    'delivery.dkim_key.public_key',
    'delivery.message.request_key',
  ])
})

test('an export of a workspace with one of everything is read whole and holds no sealed value', async () => {
  await using house = await openHouse()
  const owner = await house.openWorkspace('Owner')
  await makeBelongings(house, owner)
  await settle(house)
  const asked = await owner.callAsPerson(owner.tenantId)('POST', '/v1/workspace/exports')
  assert.equal(asked.status, 201, asked.text)
  await settle(house)
  const cookieCall = owner.callAsPerson(owner.tenantId)
  const [done] = (await cookieCall('GET', '/v1/workspace/exports')).body.rows
  assert.equal(done.state, 'done', JSON.stringify(done))
  const pieces = await house.app
    .get(Db)
    .withTenant(owner.tenantId, (trx) =>
      trx.selectFrom('identity.workspace_export_piece').select('content').orderBy('number').execute(),
    )
  const archive = gunzipSync(Buffer.concat(pieces.map(({ content }) => content))).toString('utf8')
  assert.match(archive, /private\.person@example\.com/)
  assert.match(archive, /Private campaign/)
  assert.ok(!archive.includes('private-password'))
  // Whatever the name of its column: this is what the keyring makes.
  assert.doesNotMatch(archive, /"v1\.[A-Za-z0-9_-]{20,}"/)
  assert.ok(!archive.includes(owner.key))
})
