import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { type AnyService, anyone, Http, isProblem, type Route, route } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const hello = route({
  method: 'GET',
  path: '/v1/hello/:name',
  name: 'sayHello',
  summary: 'Says hello',
  access: anyone('a test'),
  params: z.object({ name: z.string() }),
  replies: { 200: z.object({ hello: z.string() }) },
  handler: async ({ params }) => ({ status: 200, body: { hello: params.name } }),
})

const folder = await mkdtemp(path.join(tmpdir(), 'fanfare-http-'))
await mkdir(path.join(folder, 'assets'))
await writeFile(path.join(folder, 'index.html'), '<title>console</title>')
await writeFile(path.join(folder, 'assets', 'main-B4x9Qz1k.js'), 'export {}')
const app = await boot([mounted([hello], (http) => http.serveFiles(folder))])
after(async () => {
  await app.stop()
  await rm(folder, { recursive: true })
})

async function startProblem(routes: readonly Route[]): Promise<string> {
  const failure = await boot([mounted(routes)]).then(
    () => assert.fail('the start should have failed'),
    (error) => error,
  )
  return failure.message
}

test('a route without access, a path taken twice and a name used twice do not start, and say where', async () => {
  const { access: _left, ...bare } = hello
  assert.match(await startProblem([bare as Route]), /GET \/v1\/hello\/:name names no access/)
  const samePlace = { ...hello, path: '/v1/hello/:other', name: 'other' }
  assert.match(await startProblem([hello, samePlace]), /GET \/v1\/hello\/:other of 'mounted' is already taken/)
  const sameName = { ...hello, path: '/v1/hi' }
  assert.match(await startProblem([hello, sameName]), /GET \/v1\/hi is named sayHello, as is GET \/v1\/hello\/:name/)
})

test('a port that is taken is named with the variable that changes it', async () => {
  const { port } = new URL(app.url)
  await assert.rejects(boot([], { config: { http: { port } } }), (error) => {
    return isProblem(error) && error.message.includes(`Port ${port}`) && error.message.includes('FANFARE_PORT')
  })
})

test('a config that cannot be meant is refused before anything starts', async () => {
  for (const http of [{ trustedProxies: 'everybody' }, { corsOrigins: 'https://a.example/path' }, { publicUrl: 'x' }]) {
    await assert.rejects(boot([], { config: { http } }), (error) => isProblem(error, 'config.invalid'))
  }
})

test('probes, health and metrics are open and say how it is', async () => {
  for (const probe of ['/livez', '/readyz']) {
    const { status, body } = await app.anonymous.get(probe)
    assert.deepEqual([status, body.state], [200, 'up'], probe)
  }
  const health = await app.anonymous.get('/health')
  assert.equal(health.body.services.db.state, 'up')
  await app.anonymous.get('/v1/hello/x')
  const metrics = await app.anonymous.get('/metrics')
  assert.match(
    metrics.text,
    /fanfare_operation_seconds_count\{kind="http",operation="GET \/v1\/hello\/:name",outcome="ok"\} [1-9]/,
  )
  assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
})

test('health is 503 when a critical service is down, 200 when it is merely degraded', async () => {
  for (const [state, status] of [
    ['down', 503],
    ['degraded', 200],
  ] as const) {
    const ill = { ...mounted([]), health: () => ({ state, reason: 'is ill' }) } as AnyService
    await using house = await boot([ill])
    const health = await house.anonymous.get('/health')
    assert.deepEqual([health.status, health.body.state, health.body.reason], [status, state, 'mounted: is ill'])
    assert.equal((await house.anonymous.get('/readyz')).status, status)
    assert.equal((await house.anonymous.get('/livez')).status, 200)
  }
})

test('the report of services is for those who run the place', async () => {
  const tenantId = app.tenant()
  assert.equal((await app.as({ tenantId, role: 'editor' }).get('/v1/system/services')).status, 403)
  const { status, body } = await app.as({ tenantId, role: 'owner' }).get('/v1/system/services')
  assert.equal(status, 200)
  assert.equal(body.services.find(({ name }: { name: string }) => name === 'http').state, 'running')
  assert.ok(body.operations.some(({ operation }: { operation: string }) => operation === 'GET /livez'))
})

test('the document lists every route with its access, schemas and failures', async () => {
  const { body: document } = await app.anonymous.get('/openapi.json')
  assert.equal(document.openapi, '3.1.0')
  for (const { method, path: where, name, service } of app.get(Http).routes()) {
    const operation = document.paths[where.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    assert.equal(operation?.operationId, name, `${method} ${where}`)
    assert.deepEqual(operation.tags, [service])
    assert.ok(operation['x-access'])
    assert.ok(operation.responses.default.content['application/problem+json'])
  }
  assert.equal(document.components.schemas.Problem.properties.code.type, 'string')
})

test('the reference page and its script come from here and may talk to nobody else', async () => {
  const page = await app.anonymous.get('/docs/api/')
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.text, /https?:\/\//)
  assert.match(page.headers.get('content-security-policy') ?? '', /connect-src 'self'(;|$)/)
  const script = await app.anonymous.get('/docs/api/js/scalar.js')
  assert.equal(script.status, 200)
  assert.ok(script.text.length > 1_000_000)
})

test('the console is served with its assets kept for ever and its page for any link into it', async () => {
  const asset = await app.anonymous.get('/assets/main-B4x9Qz1k.js')
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  const accept = { accept: 'text/html,*/*' }
  for (const where of ['/', '/campaigns/7?tab=report']) {
    const page = await app.anonymous.get(where, accept)
    assert.deepEqual([page.status, page.text], [200, '<title>console</title>'], where)
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  }
  assert.equal((await app.anonymous.get('/v1/unknown', accept)).status, 404)
  assert.equal((await app.anonymous.get('/assets/gone-B4x9Qz1k.js')).status, 404)
  assert.equal((await app.anonymous.get('/..%2f..%2fetc%2fpasswd')).status, 404)
})

test("a request id is made, or taken from a caller whose own is plain, and a proxy's word on addresses is not", async () => {
  assert.match((await app.anonymous.get('/livez')).headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  const own = await app.anonymous.get('/livez', { 'x-request-id': 'order-4711' })
  assert.equal(own.headers.get('x-request-id'), 'order-4711')
  const odd = await app.anonymous.get('/livez', { 'x-request-id': 'a"},{"level":50' })
  assert.notEqual(odd.headers.get('x-request-id'), 'a"},{"level":50')
})

test('only a proxy that is trusted is believed about where a request comes from', async () => {
  const address: Route = {
    ...hello,
    path: '/v1/address',
    name: 'address',
    params: undefined,
    handler: async (request) => ({ status: 200, body: { hello: request.address } }),
  }
  const forwarded = { 'x-forwarded-for': '198.51.100.7' }
  await using plain = await boot([mounted([address])])
  assert.equal((await plain.anonymous.get('/v1/address', forwarded)).body.hello, '127.0.0.1')
  await using proxied = await boot([mounted([address])], { config: { http: { trustedProxies: '127.0.0.0/8' } } })
  assert.equal((await proxied.anonymous.get('/v1/address', forwarded)).body.hello, '198.51.100.7')
})

test('other sites may read replies only when they are listed', async () => {
  await using listed = await boot([mounted([hello])], { config: { http: { corsOrigins: 'https://partner.example' } } })
  const allowed = async (origin: string) =>
    (await listed.anonymous.get('/v1/hello/x', { origin })).headers.get('access-control-allow-origin')
  assert.equal(await allowed('https://partner.example'), 'https://partner.example')
  assert.equal(await allowed('https://evil.example'), null)
  assert.equal(
    (await app.anonymous.get('/v1/hello/x', { origin: 'https://partner.example' })).headers.get(
      'access-control-allow-origin',
    ),
    null,
  )
})

test('a stop waits for the request in hand and takes no other', async () => {
  const gate = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const slow = {
    ...hello,
    path: '/v1/slow',
    name: 'slow',
    params: undefined,
    handler: async () => {
      entered.resolve()
      await gate.promise
      return { status: 200, body: { hello: 'late' } }
    },
  }
  const house = await boot([mounted([slow])])
  const inHand = house.anonymous.get('/v1/slow')
  await entered.promise
  const stopped = house.stop()
  await assert.rejects(
    (async () => {
      for (;;) await house.anonymous.get('/livez', { connection: 'close' })
    })(),
  )
  gate.resolve()
  assert.deepEqual((await inHand).body, { hello: 'late' })
  await stopped
})
