import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { anyone, can, defineProblems, Http, route } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const problem = defineProblems('replies_test', {
  taken: { kind: 'conflict', message: 'The name {name} is taken' },
  later: { kind: 'unavailable', message: 'Not now' },
})

const failures: Record<string, () => unknown> = {
  problem: () => problem('taken', { detail: { name: 'Ada' } }),
  later: () => problem('later', { retryAfterSeconds: 7 }),
  unknown: () => new Error('select secret from passwords failed at /srv/fanfare/store.ts'),
  parse: () => z.object({ password: z.string() }).safeParse({}).error,
  text: () => Object.assign(new Error('invalid byte sequence'), { code: '22021' }),
  number: () => Object.assign(new Error('out of range'), { code: '22003' }),
  wrapped: () => new Error('query failed', { cause: Object.assign(new Error('bad'), { code: '22P05' }) }),
  busy: () => Object.assign(new Error('could not serialize'), { code: '40001' }),
}

const app = await boot(
  [
    mounted([
      route({
        method: 'GET',
        path: '/v1/fail/:how',
        name: 'fail',
        summary: 'Fails',
        access: anyone('a test'),
        params: z.object({ how: z.string() }),
        replies: { 200: z.null() },
        handler: async ({ params }) => {
          throw failures[params.how]?.()
        },
      }),
      route({
        method: 'GET',
        path: '/v1/row',
        name: 'getRow',
        summary: 'Returns more than it declares',
        access: anyone('a test'),
        replies: { 200: z.object({ name: z.string() }) },
        handler: async () => ({ status: 200, body: { name: 'Ada', passwordHash: 'x' } }),
      }),
      route({
        method: 'GET',
        path: '/v1/wrong',
        name: 'getWrong',
        summary: 'Breaks its own schema',
        access: anyone('a test'),
        replies: { 200: z.object({ name: z.string().min(99) }) },
        handler: async () => ({ status: 200, body: { name: 'secret' } }),
      }),
      route({
        method: 'GET',
        path: '/v1/export',
        name: 'exportRows',
        summary: 'A file',
        access: anyone('a test'),
        replies: { 200: z.any().meta({ contentType: 'text/csv' }) },
        handler: async () => ({
          status: 200,
          body: Readable.from(['a,b\n', '1,2\n']),
          headers: { 'content-type': 'text/csv' },
        }),
      }),
      route({
        method: 'GET',
        path: '/page',
        name: 'getPage',
        summary: 'A page',
        access: anyone('a test'),
        replies: { 200: z.string().meta({ contentType: 'text/html' }) },
        handler: async () => ({
          status: 200,
          body: '<p>hello</p>',
          headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" },
        }),
      }),
      route({
        method: 'POST',
        path: '/v1/cookies',
        name: 'setCookies',
        summary: 'Sets and clears',
        access: anyone('a test'),
        replies: { 204: z.null() },
        handler: async ({ cookies }) => ({
          status: 204,
          body: null,
          cookies: [
            { name: 'session', value: `${cookies.session ?? ''}x`, maxAgeSeconds: 60 },
            { name: 'old', value: '', maxAgeSeconds: 60 },
            { name: 'word', value: 'y', maxAgeSeconds: 60, readable: true },
          ],
        }),
      }),
      route({
        method: 'GET',
        path: '/v1/limited',
        name: 'getLimited',
        summary: 'Twice a minute',
        access: can('workspace.read'),
        callsPerMinute: 2,
        replies: { 204: z.null() },
        handler: async () => ({ status: 204, body: null }),
      }),
    ]),
  ],
  { config: { http: { rateLimitFactor: 1 } } },
)
after(() => app.stop())

test('a problem keeps its code, detail and retry time', async () => {
  const taken = await app.anonymous.get('/v1/fail/problem')
  assert.equal(taken.status, 409)
  const { requestId, ...body } = taken.body
  assert.deepEqual(body, {
    type: '/docs/errors#replies_test.taken',
    title: 'The name Ada is taken',
    status: 409,
    code: 'replies_test.taken',
    retryable: false,
    detail: { name: 'Ada' },
  })
  assert.equal(requestId, taken.headers.get('x-request-id'))
  const later = await app.anonymous.get('/v1/fail/later')
  assert.deepEqual([later.status, later.headers.get('retry-after')], [503, '7'])
})

test('what nobody foresaw is a failure of ours that tells nothing of the inside', async () => {
  for (const how of ['unknown', 'parse']) {
    const reply = await app.anonymous.get(`/v1/fail/${how}`)
    assert.deepEqual([reply.status, reply.body.code], [500, 'http.failed'], how)
    assert.doesNotMatch(reply.text, /password|select|store\.ts/)
  }
})

test('what the database cannot store is the fault of what was sent, and what may pass says so', async () => {
  for (const how of ['text', 'number', 'wrapped']) {
    const reply = await app.anonymous.get(`/v1/fail/${how}`)
    assert.deepEqual([reply.status, reply.body.code], [400, 'http.invalid'], how)
  }
  const busy = await app.anonymous.get('/v1/fail/busy')
  assert.deepEqual([busy.status, busy.body.code, busy.body.retryable], [503, 'http.busy', true])
})

test('a reply holds what its schema names and nothing else', async () => {
  assert.deepEqual((await app.anonymous.get('/v1/row')).body, { name: 'Ada' })
  const wrong = await app.anonymous.get('/v1/wrong')
  assert.deepEqual([wrong.status, wrong.body.code], [500, 'http.reply_mismatch'])
  assert.doesNotMatch(wrong.text, /secret/)
})

test('files and pages are sent as they are, under their own policy', async () => {
  const file = await app.anonymous.get('/v1/export')
  assert.deepEqual([file.text, file.headers.get('content-type')], ['a,b\n1,2\n', 'text/csv'])
  const page = await app.anonymous.get('/page')
  assert.equal(page.text, '<p>hello</p>')
  assert.equal(page.headers.get('content-security-policy'), "default-src 'none'")
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
})

test('cookies are for this site and its server alone, and bound to the host where the site is https', async () => {
  const plain = await app.anonymous.post('/v1/cookies', undefined, { cookie: 'session=a' })
  assert.deepEqual(plain.headers.getSetCookie(), [
    'session=ax; Max-Age=60; Path=/; HttpOnly; SameSite=Lax',
    'old=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    'word=y; Max-Age=60; Path=/; SameSite=Lax',
  ])
  await using secure = await boot(
    [
      mounted(
        app
          .get(Http)
          .routes()
          .filter(({ name }) => name === 'setCookies'),
      ),
    ],
    {
      config: { http: { publicUrl: 'https://fanfare.example/' } },
    },
  )
  const bound = await secure.anonymous.post('/v1/cookies', undefined, { cookie: 'session=forged; __Host-session=a' })
  assert.equal(bound.headers.getSetCookie()[0], '__Host-session=ax; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax')
  assert.match(bound.headers.get('strict-transport-security') ?? '', /max-age=31536000/)
  assert.equal(secure.get(Http).publicUrl, 'https://fanfare.example')
})

test('calls are limited by credential, each workspace for itself, with the figures in headers', async () => {
  const api = app.as({ tenantId: app.tenant(), role: 'owner' })
  const first = await api.get('/v1/limited')
  assert.deepEqual([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')], ['2', '1'])
  assert.equal((await api.get('/v1/limited')).status, 204)
  const third = await api.get('/v1/limited')
  assert.deepEqual([third.status, third.body.code], [429, 'http.too_many'])
  const waitSeconds = Number(third.headers.get('retry-after'))
  assert.ok(waitSeconds >= 1 && waitSeconds <= 60)
  assert.equal((await app.as({ tenantId: app.tenant(), role: 'owner' }).get('/v1/limited')).status, 204)
})

test('calls with bad credentials are limited by address, so that guessing is slow', async () => {
  const guess = (token: string) => app.anonymous.get('/v1/limited', { authorization: `Bearer ${token}` })
  const statuses = [await guess('a'), await guess('b'), await guess('c')].map(({ status }) => status)
  assert.deepEqual(statuses, [401, 401, 429])
})
