import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { anyone, type Caller, can, defineService, Http, route, type ShapeOf, signedIn } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'

const tenantId = '00000000-0000-4000-8000-000000000001'
const minuteMs = 60_000

/** Bearer tokens `<partial|whole>.<minutes since the proof>` and `key`. */
function callerOf(bearer: string, now: Date): Caller {
  const workspace = { kind: 'workspace', tenantId, role: 'owner', permissions: new Set(['workspace.write']) } as const
  if (bearer === 'halted') return { ...callerOf('key', now), halted: 'It rests' } as Caller
  if (bearer === 'key') {
    return { ...workspace, userId: undefined, sessionId: undefined, keyId: 'k', partial: false, provenAt: undefined }
  }
  const [kind, minutes = ''] = bearer.split('.')
  const provenAt = minutes === '' ? undefined : new Date(now.getTime() - Number(minutes) * minuteMs)
  return { ...workspace, userId: 'u', sessionId: 's', keyId: undefined, partial: kind === 'partial', provenAt }
}

const shared = {
  method: 'GET',
  summary: 'x',
  replies: { 200: z.object({ kind: z.string() }) },
  handler: async ({ caller }: { caller: Caller }) => ({ status: 200, body: { kind: caller.kind } }) as const,
} as const
const routes = [
  route({ ...shared, path: '/v1/open', name: 'open', access: anyone('a test') }),
  route({ ...shared, path: '/v1/person', name: 'person', access: signedIn() }),
  route({ ...shared, path: '/v1/half', name: 'half', access: signedIn({ partial: true }) }),
  route({ ...shared, path: '/v1/proven', name: 'proven', access: signedIn({ recent: true }) }),
  route({ ...shared, path: '/v1/can', name: 'can', access: can('workspace.write') }),
  route({ ...shared, path: '/v1/can-proven', name: 'canProven', access: can('workspace.write', { recent: true }) }),
  route({
    ...shared,
    path: '/v1/can-proven-or-key',
    name: 'canProvenOrKey',
    access: can('workspace.write', { recent: true, keys: true }),
  }),
  route({ ...shared, path: '/v1/can-people', name: 'canPeople', access: can('workspace.write', { people: true }) }),
  route({ ...shared, method: 'POST', path: '/v1/write', name: 'write', access: can('workspace.write') }),
  route({
    ...shared,
    method: 'POST',
    path: '/v1/write-halted',
    name: 'writeHalted',
    access: can('workspace.write', { halted: true }),
  }),
]
const app = await boot([
  defineService({
    provides: Identity,
    needs: { http: Http },
    start({ http }, { clock }) {
      http.authenticateWith(async ({ bearer }) =>
        bearer === undefined ? { kind: 'anonymous' } : callerOf(bearer, clock.now()),
      )
      http.mount('demands', routes)
      // None of identity's operations is asked for in these tests.
      return {} as ShapeOf<typeof Identity>
    },
  }),
])
after(() => app.stop())

async function ask(path: string, bearer: string): Promise<string> {
  const { status, body } = await app.anonymous.get(path, { authorization: `Bearer ${bearer}` })
  return `${status} ${status === 200 ? body.kind : body.code}`
}

test('a session that owes its second factor gets nowhere but where it may give it', async () => {
  for (const path of ['/v1/person', '/v1/proven', '/v1/can', '/v1/can-proven', '/v1/can-proven-or-key']) {
    assert.equal(await ask(path, 'partial.0'), '401 http.factor_needed', path)
  }
  assert.equal(await ask('/v1/half', 'partial.0'), '200 workspace')
  assert.equal(await ask('/v1/open', 'partial.0'), '200 anonymous', 'an open route takes it for nobody')
})

test('what asks for a recent proof takes one of the last ten minutes', async () => {
  for (const path of ['/v1/proven', '/v1/can-proven', '/v1/can-proven-or-key']) {
    assert.equal(await ask(path, 'whole.9'), '200 workspace', path)
    assert.equal(await ask(path, 'whole.11'), '403 http.proof_needed', path)
    assert.equal(await ask(path, 'whole'), '403 http.proof_needed', path)
  }
})

test('an API key proves nothing, and passes only where the route says so', async () => {
  assert.equal(await ask('/v1/can', 'key'), '200 workspace')
  assert.equal(await ask('/v1/can-proven', 'key'), '403 http.person_needed')
  assert.equal(await ask('/v1/proven', 'key'), '403 http.person_needed')
  assert.equal(await ask('/v1/can-proven-or-key', 'key'), '200 workspace')
})

test('the API document says what a route demands', async () => {
  const { body } = await app.anonymous.get('/openapi.json')
  assert.equal(body.paths['/v1/half'].get['x-partial'], true)
  assert.equal(body.paths['/v1/can-proven'].get['x-recent'], true)
  assert.equal(body.paths['/v1/can'].get['x-recent'], undefined)
})

test('what is for people only takes no key, whatever its permissions', async () => {
  assert.equal(await ask('/v1/can-people', 'whole.0'), '200 workspace')
  assert.equal(await ask('/v1/can-people', 'key'), '403 http.person_needed')
})

test('a halted workspace is read and not changed, but for what says that it must go on', async () => {
  const authorization = { authorization: 'Bearer halted' }
  assert.equal(await ask('/v1/can', 'halted'), '200 workspace')
  const refused = await app.anonymous.post('/v1/write', undefined, authorization)
  assert.equal(refused.status, 403)
  assert.equal(refused.body.title, 'It rests. It can be read, not changed')
  assert.equal((await app.anonymous.post('/v1/write-halted', undefined, authorization)).status, 200)
})
