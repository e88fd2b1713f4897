import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { anyone, route } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const app = await boot([
  mounted([
    route({
      method: 'POST',
      path: '/v1/things/:id',
      name: 'changeThing',
      summary: 'Takes everything',
      access: anyone('a test', { forms: true }),
      params: z.object({ id: z.uuid() }),
      query: z.object({ limit: z.coerce.number().int().max(100).default(25) }),
      body: z.object({ name: z.string().min(1), tags: z.array(z.string()).default([]), extra: z.unknown().optional() }),
      maxBodyBytes: 200_000,
      replies: { 200: z.object({ id: z.string(), limit: z.number(), name: z.string(), tags: z.array(z.string()) }) },
      handler: async ({ params, query, body }) => ({ status: 200, body: { ...params, ...query, ...body } }),
    }),
    route({
      method: 'POST',
      path: '/v1/json',
      name: 'takeJson',
      summary: 'Takes no forms',
      access: anyone('a test'),
      body: z.object({ name: z.string() }),
      replies: { 204: z.null() },
      handler: async () => ({ status: 204, body: null }),
    }),
    route({
      method: 'POST',
      path: '/v1/nothing',
      name: 'doNothing',
      summary: 'Takes no body',
      access: anyone('a test'),
      replies: { 204: z.null() },
      handler: async () => ({ status: 204, body: null }),
    }),
  ]),
])
after(() => app.stop())

const json = { 'content-type': 'application/json' }
const path = `/v1/things/${app.tenant()}`
const send = (text: string | Uint8Array, headers: Record<string, string> = json) =>
  app.anonymous.post(path, text, headers)
const nested = (depth: number) => `{"name":"x","extra":${'['.repeat(depth)}${']'.repeat(depth)}}`

test('what fits is parsed, defaults and all', async () => {
  const reply = await app.anonymous.post(`${path}?limit=3`, { name: 'Ada', surplus: true })
  assert.equal(reply.status, 200)
  assert.deepEqual({ ...reply.body, id: '' }, { id: '', limit: 3, name: 'Ada', tags: [] })
})

test('every fault is told at once, as pointers into the request', async () => {
  const reply = await app.anonymous.post('/v1/things/7?limit=many', { name: '', tags: ['a', 2], 'a/b': 1 })
  assert.equal(reply.status, 400)
  assert.equal(reply.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  assert.equal(reply.body.code, 'http.invalid')
  assert.deepEqual(
    reply.body.violations.map((violation: { path: string }) => violation.path),
    ['/params/id', '/query/limit', '/body/name', '/body/tags/1'],
  )
  assert.equal(reply.body.requestId, reply.headers.get('x-request-id'))
})

const unfit: [why: string, text: string | Uint8Array, pointer: string][] = [
  ['no JSON', '{"name":', '/body'],
  ['two values', '{} {}', '/body'],
  ['a number that is none', '{"name":NaN}', '/body'],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), '/body'],
  ['another type', '[1]', '/body'],
  ['nothing', '', '/body'],
  ['U+0000 in text', '{"name":"a\\u0000b"}', '/body/name'],
  ['U+0000 in a key', '{"name":"x","extra":{"\\u0000":1}}', '/body/extra'],
  ['half a surrogate pair', '{"name":"\\ud83d"}', '/body/name'],
  ['a key that changes prototypes', '{"name":"x","extra":{"__proto__":{"admin":true}}}', '/body/extra'],
  ['a long array', `{"name":"x","extra":[${'1,'.repeat(10_000)}1]}`, '/body/extra'],
]
for (const [why, text, pointer] of unfit) {
  test(`a body with ${why} is refused`, async () => {
    const reply = await send(text)
    assert.deepEqual([reply.status, reply.body.code], [400, 'http.invalid'])
    assert.equal(reply.body.violations[0].path, pointer)
  })
}

test('a body may be nested 31 levels under its object and no deeper, however deep it is', async () => {
  assert.equal((await send(nested(31))).status, 200)
  assert.equal((await send(nested(32))).status, 400)
  assert.equal((await send(nested(90_000))).status, 400)
})

test('a parameter or query that cannot be stored or decoded is refused', async () => {
  for (const url of ['/v1/things/%00', '/v1/things/%ff', `/v1/things/${'x'.repeat(5_000)}`, `${path}?limit=%00`]) {
    const reply = await app.anonymous.post(url, { name: 'x' })
    assert.deepEqual([reply.status, reply.body.code], [400, 'http.invalid'], url)
  }
})

test('a body is JSON or, where the route says so, a form; anything else is refused by its type', async () => {
  const text = '{"name":"x"}'
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data', 'application/json-patch+json']) {
    const reply = await send(text, { 'content-type': type })
    assert.deepEqual([reply.status, reply.body.code], [415, 'http.content_type'], type)
  }
  assert.equal((await send(text, { 'content-type': 'Application/JSON; charset=UTF-8' })).status, 200)
  const form = await send('name=Ada+L&tags=a&tags=b', { 'content-type': 'application/x-www-form-urlencoded' })
  assert.deepEqual([form.body.name, form.body.tags], ['Ada L', ['a', 'b']])
  const refused = await app.anonymous.post('/v1/json', 'name=x', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  assert.deepEqual([refused.status, refused.body.code], [415, 'http.content_type'])
})

test('a route without a body takes any and looks at none', async () => {
  const form = { 'content-type': 'multipart/form-data; boundary=x' }
  assert.equal((await app.anonymous.post('/v1/nothing', 'List-Unsubscribe=One-Click', form)).status, 204)
  assert.equal((await app.anonymous.post('/v1/nothing', '{{{', json)).status, 204)
})

test('a body past its limit is refused, announced or not', async () => {
  const announced = await send(`{"name":"${'x'.repeat(200_000)}"}`)
  assert.deepEqual([announced.status, announced.body.code], [413, 'http.too_large'])
  assert.deepEqual(announced.body.detail, { maxBytes: 200_000 })
  const chunk = new TextEncoder().encode('x'.repeat(50_000))
  const stream = ReadableStream.from([chunk, chunk, chunk, chunk, chunk])
  const streamed = await app.anonymous.post(path, stream, json)
  assert.deepEqual([streamed.status, streamed.body.code], [413, 'http.too_large'])
})

test('unknown paths and methods are problems too', async () => {
  const unknown = await app.anonymous.get('/v1/nowhere')
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'http.no_route'])
  const wrong = await app.anonymous.get(path)
  assert.deepEqual([wrong.status, wrong.body.code, wrong.headers.get('allow')], [405, 'http.no_method', 'POST'])
})

test('what is no HTTP is answered and the server goes on', async () => {
  const { hostname, port } = new URL(app.url)
  const answer = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write('NONSENSE\r\n\r\n'))
    socket.on('data', (bytes) => {
      text += bytes
    })
    socket.on('close', () => resolve(text))
  })
  assert.match(answer, /^HTTP\/1.1 400 /)
  assert.equal((await app.anonymous.get('/livez')).status, 200)
})
