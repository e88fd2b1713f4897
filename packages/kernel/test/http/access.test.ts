import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anyone, can, Http, route, signedIn } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mountedWithCookies } from './cookies.ts'
import { mounted } from './mounted.ts'

const Who = z.object({ kind: z.string(), tenantId: z.string().optional() })
const replies = { 200: Who }
const app = await boot([
  mounted([
    route({
      method: 'GET',
      path: '/v1/open',
      name: 'getOpen',
      summary: 'Open',
      access: anyone('a test'),
      replies,
      handler: async ({ caller }) => ({ status: 200, body: { kind: caller.kind } }),
    }),
    route({
      method: 'POST',
      path: '/v1/open',
      name: 'postOpen',
      summary: 'Open',
      access: anyone('a test'),
      replies,
      handler: async ({ caller }) => ({ status: 200, body: { kind: caller.kind } }),
    }),
    route({
      method: 'GET',
      path: '/v1/me',
      name: 'getMe',
      summary: 'Signed in',
      access: signedIn(),
      replies,
      handler: async ({ caller }) => ({ status: 200, body: { kind: caller.kind } }),
    }),
    ...(['GET', 'POST'] as const).map((method) =>
      route({
        method,
        path: '/v1/settings',
        name: `${method}Settings`,
        summary: 'Needs a permission',
        access: can('workspace.write'),
        replies,
        handler: async ({ caller }) => ({ status: 200, body: { kind: caller.kind, tenantId: caller.tenantId } }),
      }),
    ),
  ]),
])
after(() => app.stop())
const tenantId = app.tenant()

test('a route with a permission tells apart who is unknown, who may not and who may', async () => {
  const unknown = await app.anonymous.get('/v1/settings')
  assert.equal(unknown.status, 401)
  assert.equal(unknown.body.code, 'http.unauthenticated')
  assert.equal(unknown.headers.get('www-authenticate'), 'Bearer')

  const viewer = await app.as({ tenantId, role: 'viewer' }).get('/v1/settings')
  assert.equal(viewer.status, 403)
  assert.equal(viewer.body.code, 'http.forbidden')
  assert.deepEqual(viewer.body.detail, { permission: 'workspace.write' })

  const owner = await app.as({ tenantId, role: 'owner' }).get('/v1/settings')
  assert.deepEqual([owner.status, owner.body], [200, { kind: 'workspace', tenantId }])

  const person = await app.as({ person: app.tenant() }).get('/v1/settings')
  assert.deepEqual([person.status, person.body.code], [403, 'http.workspace_needed'])
})

test('a route for people takes a session with or without a workspace, and no API key', async () => {
  const userId = app.tenant()
  assert.equal((await app.anonymous.get('/v1/me')).status, 401)
  assert.deepEqual((await app.as({ person: userId }).get('/v1/me')).body, { kind: 'person' })
  assert.deepEqual((await app.as({ tenantId, role: 'viewer', userId }).get('/v1/me')).body, { kind: 'workspace' })
  const key = await app.as({ tenantId, role: 'owner' }).get('/v1/me')
  assert.deepEqual([key.status, key.body.code], [403, 'http.person_needed'])
})

test('an open route takes a bad credential for none, a closed one refuses it', async () => {
  const bad = { authorization: 'Bearer nonsense' }
  assert.deepEqual((await app.anonymous.get('/v1/open', bad)).body, { kind: 'anonymous' })
  assert.deepEqual((await app.anonymous.get('/v1/settings', bad)).status, 401)
})

test('an unsafe request with a cookie is taken from our own pages only', async () => {
  const cookie = `session=test.${tenantId}.owner`
  await using site = await boot([cookieSite()], { config: { http: { corsOrigins: ['https://partner.example'] } } })
  const post = (headers: Record<string, string>) => site.anonymous.post('/v1/settings', undefined, headers)
  const own = site.get(Http).localUrl

  for (const origin of ['https://evil.example', 'null', own.replace('http:', 'https:'), `${own}.evil.example`]) {
    const refused = await post({ cookie, origin })
    assert.deepEqual([refused.status, refused.body.code], [403, 'http.foreign_origin'], origin)
  }
  assert.equal((await post({ cookie })).status, 403, 'a browser always says where a post comes from')
  assert.equal((await post({ cookie, origin: own })).status, 200)
  assert.equal((await post({ cookie, origin: 'https://partner.example' })).status, 200)
  assert.equal((await site.anonymous.get('/v1/settings', { cookie, origin: 'https://evil.example' })).status, 200)

  const bearer = { authorization: `Bearer test.${tenantId}.owner`, origin: 'https://evil.example' }
  assert.equal((await post(bearer)).status, 200, 'no browser adds a bearer token by itself')
  const open = await site.anonymous.post('/v1/open', undefined, { cookie, origin: 'https://evil.example' })
  assert.deepEqual([open.status, open.body], [200, { kind: 'anonymous' }], 'an open route forgets the cookie instead')
})

/** A site whose credential is a cookie. */
function cookieSite() {
  const handler = async ({ caller }: { caller: { kind: string } }) =>
    ({ status: 200, body: { kind: caller.kind } }) as const
  const shared = { summary: 'x', replies, handler }
  return mountedWithCookies([
    route({ ...shared, method: 'GET', path: '/v1/settings', name: 'get', access: can('workspace.write') }),
    route({ ...shared, method: 'POST', path: '/v1/settings', name: 'post', access: can('workspace.write') }),
    route({ ...shared, method: 'POST', path: '/v1/open', name: 'open', access: anyone('a test') }),
  ])
}
