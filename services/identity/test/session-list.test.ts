import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openWatcher, type TestApp } from '@fanfare/testkit'
import { addTotp } from './factor-app.ts'
import { bootIdentity, buildKeyHeader, buildOwner, pageHeaders, password } from './factories.ts'
import { tokenTo } from './mails.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** A person signed in with a browser and with a program. */
async function buildTwice() {
  const owner = await buildOwner(app)
  const signedIn = await app.anonymous.post(
    '/v1/tokens',
    { email: owner.email, password },
    { 'user-agent': 'a program' },
  )
  return { ...owner, program: signedIn.body as { accessToken: string; refreshToken: string } }
}

async function rowsOf(headers: Record<string, string>) {
  const { body } = await app.anonymous.get('/v1/sessions', headers)
  return body.rows as { id: string; current: boolean; kind: string; userAgent: string; methods: string[] }[]
}

test('a person sees where they are signed in, and which one is this (ASVS 7.5.2)', async () => {
  const { program } = await buildTwice()
  const rows = await rowsOf(bearer(program.accessToken))
  assert.deepEqual(rows.map(({ kind, current }) => [kind, current]).sort(), [
    ['browser', false],
    ['program', true],
  ])
  const own = rows.find(({ current }) => current)
  assert.deepEqual([own?.userAgent, own?.methods], ['a program', ['password']])
  assert.ok(!JSON.stringify(rows).includes('token'))
})

test('a person ends one of their sessions from another, and its tokens with it', async () => {
  const { browser, program } = await buildTwice()
  const { body } = await browser.get('/v1/sessions')
  const other = body.rows.find(({ current }: { current: boolean }) => !current)

  assert.equal((await browser.delete(`/v1/sessions/${other.id}`)).status, 204)

  assert.equal((await app.anonymous.get('/v1/me', bearer(program.accessToken))).status, 401)
  const { refreshToken } = program
  assert.equal((await app.anonymous.post('/v1/tokens/refresh', { refreshToken })).status, 401)
  assert.equal((await browser.get('/v1/me')).status, 200)
  assert.equal((await browser.delete(`/v1/sessions/${other.id}`)).status, 404, 'it has ended already')
})

test('a person signs out everywhere else (ASVS 7.4.3)', async () => {
  const { email, browser, program } = await buildTwice()
  const third = pageHeaders(app, await app.anonymous.post('/v1/sessions', { email, password }))

  assert.deepEqual((await browser.delete('/v1/sessions')).body, { ended: 2 })

  assert.equal((await app.anonymous.get('/v1/me', bearer(program.accessToken))).status, 401)
  assert.equal((await app.anonymous.get('/v1/me', third)).status, 401)
  assert.equal((await browser.get('/v1/me')).status, 200)
})

const endings: Readonly<Record<string, (owner: Awaited<ReturnType<typeof buildTwice>>) => Promise<unknown>>> = {
  'a new password': ({ browser }) =>
    browser.put('/v1/me/password', { currentPassword: password, password: 'seven quiet rivers' }),
  'a reset of the password': async ({ email }) => {
    await app.anonymous.post('/v1/password-resets', { email })
    const token = await tokenTo(app, email)
    return app.anonymous.post('/v1/password-resets/finish', { token, password: 'seven quiet rivers' })
  },
  'a new address': async ({ browser, email }) => {
    await browser.post('/v1/me/email', { email: `new.${email}` })
    return browser.post('/v1/email-changes/finish', { token: await tokenTo(app, `new.${email}`) })
  },
  'a second factor': ({ browser }) => addTotp(app, browser),
  'a sign-out everywhere else': ({ browser }) => browser.delete('/v1/sessions'),
}

for (const [what, end] of Object.entries(endings)) {
  test(`GHSA-2vg6-77g8-24mp: ${what} ends the others in every form: cookie, access token, refresh token and open line (ASVS 7.4.1, 7.4.3)`, async () => {
    const owner = await buildTwice()
    const { accessToken, refreshToken } = owner.program
    const page = pageHeaders(app, await app.anonymous.post('/v1/sessions', { email: owner.email, password }))
    await using line = await openWatcher(app.url, accessToken, ['membership'])
    const works = async () => [
      (await app.anonymous.get('/v1/me', page)).status,
      (await app.anonymous.get('/v1/me', bearer(accessToken))).status,
    ]
    assert.deepEqual(await works(), [200, 200])

    await end(owner)

    assert.deepEqual(await works(), [401, 401])
    assert.equal((await app.anonymous.post('/v1/tokens/refresh', { refreshToken })).status, 401)
    await assert.rejects(line.next(), /closed/)
  })
}

test('nobody sees or ends another’s sessions: they answer like ones that do not exist', async () => {
  const { browser } = await buildOwner(app)
  const stranger = await buildTwice()
  const [theirs] = await rowsOf(bearer(stranger.program.accessToken))

  const foreign = await browser.delete(`/v1/sessions/${theirs?.id}`)
  const missing = await browser.delete(`/v1/sessions/${randomUUID()}`)

  assert.deepEqual([foreign.status, foreign.body.code], [404, 'identity.session_missing'])
  assert.deepEqual([missing.status, missing.body.code], [404, 'identity.session_missing'])
  assert.equal((await app.anonymous.get('/v1/me', bearer(stranger.program.accessToken))).status, 200)
  const { body } = await browser.get('/v1/sessions')
  assert.equal(body.rows.length, 1)
})

test('sessions are a person’s affair: nobody and no API key sees or ends any', async () => {
  const { tenantId } = await buildOwner(app)
  const key = await buildKeyHeader(app, tenantId, 'owner')
  const path = `/v1/sessions/${randomUUID()}`
  for (const ask of [
    (headers: Record<string, string>) => app.anonymous.get('/v1/sessions', headers),
    (headers: Record<string, string>) => app.anonymous.delete('/v1/sessions', undefined, headers),
    (headers: Record<string, string>) => app.anonymous.delete(path, undefined, headers),
  ]) {
    assert.equal((await ask({})).status, 401)
    assert.equal((await ask(key)).status, 403)
  }
  const { browser } = await buildOwner(app)
  assert.equal((await browser.delete('/v1/sessions/nonsense')).status, 400)
})

test('a page whose session is ended elsewhere hears of it at once, and nobody else does', async () => {
  const { browser, program } = await buildTwice()
  const stranger = await buildTwice()
  await using watcher = await openWatcher(app.url, program.accessToken, ['membership'])
  await using others = await openWatcher(app.url, stranger.program.accessToken, ['membership'])

  await browser.delete('/v1/sessions')

  await assert.rejects(watcher.next(), /closed/)
  assert.deepEqual(others.waiting(), [])
  await assert.rejects(openWatcher(app.url, program.accessToken, ['membership']), /status 401/)
})

test('signing out and the reuse of a spent token close the lines of a session too', async () => {
  const out = await buildTwice()
  const outLine = await openWatcher(app.url, out.program.accessToken, ['membership'])
  await app.anonymous.delete('/v1/tokens', { refreshToken: out.program.refreshToken })
  await assert.rejects(outLine.next(), /closed/)

  const stolen = await buildTwice()
  const stolenLine = await openWatcher(app.url, stolen.program.accessToken, ['membership'])
  const { refreshToken } = stolen.program
  await app.anonymous.post('/v1/tokens/refresh', { refreshToken }, { 'user-agent': 'a thief' })
  await app.anonymous.post('/v1/tokens/refresh', { refreshToken })
  await assert.rejects(stolenLine.next(), /closed/)
})
