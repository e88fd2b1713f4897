import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Keys, Live } from '@fanfare/kernel'
import type { TestApp } from '@fanfare/testkit'
import { Config } from '../src/config.ts'
import { newFactorRow } from '../src/factors/factor-row.ts'
import { csrfTokenOf } from '../src/sessions/csrf.ts'
import type { AuthMethod } from '../src/sessions/methods.ts'
import { openSession } from '../src/sessions/open-session.ts'
import { raiseSession } from '../src/sessions/raise-session.ts'
import { revokeSessions } from '../src/sessions/revoke-sessions.ts'
import type { Schema } from '../src/store/schema.ts'
import { bootIdentity, buildOwner } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const client = { address: '192.0.2.1', userAgent: 'a test' }

function depsOf() {
  return {
    db: app.db.as<Schema>(),
    clock: app.clock,
    ids: { next: randomUUID },
    config: Config.parse({}),
    live: app.get(Live),
  }
}

function open(accountId: string, methods: readonly AuthMethod[]) {
  const deps = depsOf()
  return deps.db.transaction((trx) => openSession(deps, trx, { accountId, methods, client, replaced: undefined }))
}

async function buildFactor(accountId: string, confirmed = true) {
  const now = app.clock.now()
  const row = newFactorRow({ id: randomUUID(), accountId, kind: 'totp', name: 'Phone', now })
  const factor = { ...row, sealed: 'v1.none', confirmed_at: confirmed ? now : null }
  await depsOf().db.transaction((trx) => trx.insertInto('identity.factor').values(factor).execute())
}

const cookie = (token: string) => ({ cookie: `fanfare_session=${token}` })

test('an account with a second factor gets half a session for its password, which opens nothing but the way out', async () => {
  const { userId } = await buildOwner(app)
  await buildFactor(userId)
  const { token, partial } = await open(userId, ['password'])

  assert.equal(partial, true)
  const me = await app.anonymous.get('/v1/me', cookie(token))
  assert.deepEqual([me.status, me.body.code], [401, 'http.factor_needed'])
  const workspace = await app.anonymous.get('/v1/workspace', cookie(token))
  assert.deepEqual([workspace.status, workspace.body.code], [401, 'http.factor_needed'])
  const csrf = csrfTokenOf(app.get(Keys), token)
  const page = { ...cookie(token), origin: app.url, 'fanfare-csrf': csrf }
  const out = await app.anonymous.delete('/v1/sessions/current', undefined, page)
  assert.equal(out.status, 204)
})

test('a factor that nobody has confirmed asks for no second step', async () => {
  const { userId } = await buildOwner(app)
  await buildFactor(userId, false)
  assert.equal((await open(userId, ['password'])).partial, false)
})

test('a passkey is both steps in one', async () => {
  const { userId } = await buildOwner(app)
  await buildFactor(userId)
  assert.equal((await open(userId, ['passkey'])).partial, false)
})

test('raising a session changes its token, so that one known before is worth nothing after (ASVS 7.2.4)', async () => {
  const { userId } = await buildOwner(app)
  await buildFactor(userId)
  const half = await open(userId, ['password'])
  const deps = depsOf()

  const whole = await deps.db.transaction((trx) =>
    raiseSession(deps, trx, { sessionId: half.sessionId, method: 'totp' }),
  )

  assert.deepEqual([whole.partial, whole.sessionId], [false, half.sessionId])
  assert.equal((await app.anonymous.get('/v1/me', cookie(half.token))).status, 401)
  assert.equal((await app.anonymous.get('/v1/me', cookie(whole.token))).status, 200)
})

test('a password given again leaves half a session half', async () => {
  const { userId } = await buildOwner(app)
  await buildFactor(userId)
  const half = await open(userId, ['password'])
  const deps = depsOf()
  const raised = await deps.db.transaction((trx) =>
    raiseSession(deps, trx, { sessionId: half.sessionId, method: 'password' }),
  )
  assert.equal(raised.partial, true)
  assert.equal((await app.anonymous.get('/v1/me', cookie(raised.token))).status, 401)
})

test('a session that has ended is not raised', async () => {
  const { userId } = await buildOwner(app)
  const { sessionId } = await open(userId, ['password'])
  const deps = depsOf()
  await deps.db.transaction((trx) => revokeSessions(deps, trx, { accountId: userId }))
  const raise = deps.db.transaction((trx) => raiseSession(deps, trx, { sessionId, method: 'totp' }))
  await assert.rejects(raise, { code: 'identity.session_missing' })
})

test('CVE-2026-34828: ending the sessions of an account ends all but the one it is done from', async () => {
  const { userId, browser } = await buildOwner(app)
  const kept = await open(userId, ['password'])
  const other = await open(userId, ['password'])
  const deps = depsOf()

  const ended = await deps.db.transaction((trx) =>
    revokeSessions(deps, trx, { accountId: userId, except: kept.sessionId }),
  )

  assert.equal(ended, 2)
  assert.equal((await app.anonymous.get('/v1/me', cookie(kept.token))).status, 200)
  assert.equal((await app.anonymous.get('/v1/me', cookie(other.token))).status, 401)
  assert.equal((await browser.get('/v1/me')).status, 401)
})
