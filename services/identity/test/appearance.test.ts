import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import type { TestApp } from '@fanfare/testkit'
import sharp from 'sharp'
import { bootIdentity, buildKeyHeader, buildOwner, type Owner } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const at = '/v1/workspace/appearance'
const product = {
  productName: 'Fanfare',
  accent: '#5b4fcf',
  accentDark: null,
  logoUrl: null,
  logoDarkUrl: null,
  iconUrl: null,
}
const nothing = {
  productName: null,
  accent: null,
  accentDark: null,
  logo: null,
  logoDark: null,
  icon: null,
  senderName: null,
  senderAddress: null,
}
const png = await sharp({ create: { width: 300, height: 100, channels: 3, background: '#0f766e' } })
  .png()
  .toBuffer()

async function upload(owner: Owner, kind: string, bytes: Buffer = png, type = 'image/png') {
  return owner.browser.post(`${at}/pictures?kind=${kind}`, bytes, { 'content-type': type })
}

test('a workspace that chose nothing looks like the product', async () => {
  const owner = await buildOwner(app)
  const { status, body } = await owner.browser.get(at)
  assert.equal(status, 200)
  assert.deepEqual(body, { own: nothing, shown: product, inherited: product, siteDomain: null, senderDomain: null })
  assert.deepEqual((await app.anonymous.get('/v1/appearance')).body, product)
})

test('what a workspace chose is shown in it and nowhere else, and can be taken back', async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const [logo, icon] = [(await upload(owner, 'logo')).body, (await upload(owner, 'icon')).body]
  const chosen = { productName: ' Northwind ', accent: '0F766E', logo: logo.key, icon: icon.key }

  const put = await owner.browser.put(at, chosen)

  assert.equal(put.status, 200, put.text)
  const shown = {
    productName: 'Northwind',
    accent: '#0f766e',
    accentDark: null,
    logoUrl: `/v1/appearance/pictures/${logo.key}`,
    logoDarkUrl: `/v1/appearance/pictures/${logo.key}`,
    iconUrl: `/v1/appearance/pictures/${icon.key}`,
  }
  assert.deepEqual(put.body.shown, shown)
  assert.deepEqual((await owner.browser.get(at)).body.shown, shown)
  const brand = await app.get(Identity).brandOf({ tenantId: owner.tenantId })
  assert.equal(brand.logoUrl, app.url + shown.logoUrl)
  assert.deepEqual([brand.productName, brand.accentColor, brand.siteUrl], ['Northwind', '#0f766e', app.url])
  assert.deepEqual(brand.sender, { name: 'Northwind', address: null })

  assert.deepEqual((await stranger.browser.get(at)).body.shown, product)
  assert.deepEqual((await app.anonymous.get('/v1/appearance')).body, product)
  assert.equal((await app.get(Identity).brandOf({})).productName, 'Fanfare')
  assert.equal((await app.get(Identity).brandOf({ tenantId: randomUUID() })).productName, 'Fanfare')

  const undone = await owner.browser.put(at, {})
  assert.deepEqual([undone.body.own, undone.body.shown], [nothing, product])
  assert.deepEqual((await owner.browser.put(at, put.body.own)).body.shown, shown, 'the pictures are there for an undo')
})

test('a colour that is hard to read is refused with one that passes, at the field', async () => {
  const owner = await buildOwner(app)
  for (const [field, colour] of [
    ['accent', '#ffcc00'],
    ['accent', '#7777ff'],
    ['accentDark', '#1b1464'],
  ] as const) {
    const refused = await owner.browser.put(at, { [field]: colour })
    assert.equal(refused.status, 400)
    assert.equal(refused.body.code, 'identity.appearance_colour')
    assert.equal(refused.body.violations[0].path, `/body/${field}`)
    const { suggestion, contrast } = refused.body.detail
    assert.ok(contrast < 4.5)
    assert.ok(refused.body.violations[0].message.includes(suggestion))
    const taken = await owner.browser.put(at, { [field]: suggestion })
    assert.equal(taken.status, 200, taken.text)
  }
})

test('names, colours, keys and addresses that are none are invalid', async () => {
  const owner = await buildOwner(app)
  const faults = [
    { productName: '' },
    { productName: 'x'.repeat(61) },
    { productName: 'North\nwind' },
    { productName: 'North\u202ewind' },
    { senderName: 'Ada\r\nBcc: all@example.com' },
    { accent: 'red' },
    { accent: '#fff;background:url(//x)' },
    { accent: '#12345678' },
    { logo: '../../etc/passwd' },
    { logo: 7 },
    { senderAddress: 'ada' },
    { senderAddress: 'ada@example.com\r\nBcc: all@example.com' },
  ]
  for (const fault of faults) {
    const reply = await owner.browser.put(at, fault)
    assert.equal(reply.status, 400, JSON.stringify(fault))
    assert.equal(reply.body.code, 'http.invalid')
  }
})

test('only who may write the workspace changes its look', async () => {
  const owner = await buildOwner(app)
  const editor = await buildKeyHeader(app, owner.tenantId, 'editor')
  assert.equal((await app.anonymous.get(at, editor)).status, 200)
  const changes = [
    ['PUT', at, {}],
    ['POST', `${at}/pictures?kind=logo`, png],
    ['PUT', '/v1/workspace/site-domain', { domain: 'a.example.com' }],
    ['DELETE', '/v1/workspace/site-domain', undefined],
    ['POST', '/v1/workspace/site-domain/check', undefined],
    ['POST', '/v1/workspace/sender-domain/check', undefined],
  ] as const
  for (const [method, path, body] of changes) {
    const type: Record<string, string> = Buffer.isBuffer(body) ? { 'content-type': 'image/png' } : {}
    assert.equal((await app.anonymous.request(method, path, body, type)).status, 401, path)
    assert.equal((await app.anonymous.request(method, path, body, { ...editor, ...type })).status, 403, path)
  }
  assert.equal((await app.anonymous.get(at)).status, 401)
})

test('FI-01: a picture is served as a picture wherever it is opened, under a key that cannot be guessed', async () => {
  const owner = await buildOwner(app)
  const { key, url, width, height } = (await upload(owner, 'logo')).body
  assert.match(key, /^[\w-]{22}$/)
  assert.deepEqual([width, height], [300, 100])
  const reply = await fetch(app.url + url)
  const bytes = Buffer.from(await reply.arrayBuffer())
  assert.equal((await sharp(bytes).metadata()).format, 'png')
  const headers = Object.fromEntries(reply.headers)
  assert.equal(headers['content-type'], 'image/png')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox")
  assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.match(headers['content-disposition'] ?? '', /^inline; filename="picture.png"$/)
  for (const other of [randomUUID(), 'x'.repeat(22), '..%2f..%2fetc%2fpasswd', "'%20or%20true--"])
    assert.equal((await app.anonymous.get(`/v1/appearance/pictures/${other}`)).status, 404, other)
})

test('FI-01: uploads of another type, of another than declared, and larger than a megabyte are refused', async () => {
  const owner = await buildOwner(app)
  const replies = [
    [await upload(owner, 'logo', Buffer.from('<script>alert(1)</script>'), 'text/html'), 'http.content_type'],
    [await upload(owner, 'logo', Buffer.from('<script>alert(1)</script>')), 'identity.picture_type'],
    [await upload(owner, 'logo', png, 'image/jpeg'), 'identity.picture_mismatch'],
    [await upload(owner, 'logo', Buffer.concat([png, Buffer.alloc(1_048_576)])), 'http.too_large'],
    [await upload(owner, 'logo', Buffer.alloc(0)), 'identity.picture_type'],
    [await upload(owner, 'page', png), 'http.invalid'],
  ] as const
  for (const [reply, code] of replies) assert.equal(reply.body.code, code)
})

test("another workspace's picture, and one made for another place, is missing", async () => {
  const owner = await buildOwner(app)
  const stranger = await buildOwner(app)
  const { key } = (await upload(owner, 'logo')).body
  const theirs = await stranger.browser.put(at, { logo: key })
  const nobodys = await stranger.browser.put(at, { logo: 'x'.repeat(22) })
  assert.deepEqual([theirs.status, theirs.body.code], [404, 'identity.picture_missing'])
  assert.deepEqual([nobodys.status, nobodys.body.code], [404, 'identity.picture_missing'])
  assert.equal((await owner.browser.put(at, { icon: key })).status, 404)
})

test('pictures that nothing shows any more do not pile up', async () => {
  const owner = await buildOwner(app)
  const { key } = (await upload(owner, 'logo')).body
  await owner.browser.put(at, { logo: key })
  for (let time = 0; time < 15; time++) assert.equal((await upload(owner, 'icon')).status, 201)
  const rows = await app.db.withTenant(owner.tenantId, (trx) =>
    trx.selectFrom('identity.picture').select('key').execute(),
  )
  assert.equal(rows.length, 13)
  assert.ok(
    rows.some((row) => row.key === key),
    'the one in use stays',
  )
})

test('deleting a workspace takes its look along', async () => {
  const owner = await buildOwner(app)
  const { key } = (await upload(owner, 'logo')).body
  await owner.browser.put(at, { logo: key })
  await owner.browser.put('/v1/workspace/site-domain', { domain: 'gone.example' })
  await app.db.withTenant(owner.tenantId, (trx) =>
    trx.deleteFrom('identity.workspace').where('tenant_id', '=', owner.tenantId).execute(),
  )
  assert.equal((await app.anonymous.get(`/v1/appearance/pictures/${key}`)).status, 404)
  for (const table of ['identity.appearance', 'identity.picture', 'identity.domain']) {
    const rows = await app.db.withTenant(owner.tenantId, (trx) => trx.selectFrom(table).selectAll().execute())
    assert.deepEqual(rows, [], table)
  }
})

test('who runs the installation chooses what workspaces show that chose nothing, and nobody else does', async () => {
  const system = '/v1/system/appearance'
  const [operator, other] = [await buildOwner(app), await buildOwner(app)]
  await app.db.transaction((trx) =>
    trx.updateTable('identity.account').set({ is_operator: true }).where('id', '=', operator.userId).execute(),
  )
  const uploaded = await operator.browser.post(`${system}/pictures?kind=logo`, png, { 'content-type': 'image/png' })
  const chosen = { productName: 'Agency', logo: uploaded.body.key, senderAddress: 'hello@agency.example' }
  const put = await operator.browser.put(system, chosen)
  assert.equal(put.status, 200, put.text)

  assert.equal((await app.anonymous.get('/v1/appearance')).body.productName, 'Agency')
  const { shown, inherited } = (await other.browser.get(at)).body
  assert.deepEqual([shown.productName, inherited.logoUrl], ['Agency', put.body.shown.logoUrl])
  const { sender } = await app.get(Identity).brandOf({ tenantId: other.tenantId })
  assert.deepEqual(sender, { name: 'Agency', address: 'hello@agency.example' })
  await other.browser.put(at, { productName: 'Own' })
  assert.equal((await other.browser.get(at)).body.shown.productName, 'Own')

  const picture = await other.browser.post(`${system}/pictures?kind=logo`, png, { 'content-type': 'image/png' })
  const refused = [await other.browser.get(system), await other.browser.put(system, {}), picture]
  assert.deepEqual(
    refused.map(({ body }) => body.code),
    Array(3).fill('identity.operator_only'),
  )
  await operator.browser.put(system, {})
  assert.equal((await app.anonymous.get('/v1/appearance')).body.productName, 'Fanfare')
})
