import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestApp } from '@fanfare/testkit'
import { bootIdentity, buildOwner, pageHeaders, password } from './factories.ts'

let app: TestApp
before(async () => {
  app = await bootIdentity()
})
after(() => app.stop())

/** A session and a change that is tried with it. */
async function openPage() {
  const { email } = await buildOwner(app)
  const page = pageHeaders(app, await app.anonymous.post('/v1/sessions', { email, password }))
  const rename = (headers: Record<string, string>) => app.anonymous.patch('/v1/workspace', { name: 'Renamed' }, headers)
  return { email, page, rename }
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
}

test('a change by cookie needs the word of its session as well as its own origin (ASVS 3.5.1)', async () => {
  const { page, rename } = await openPage()
  const { page: other } = await openPage()
  const foreign = other['fanfare-csrf'] as string
  const own = page['fanfare-csrf'] as string

  for (const csrf of ['', 'made-up', foreign, `${own}x`, own.slice(1), `${own.slice(0, -1)}`]) {
    const reply = await rename({ ...page, 'fanfare-csrf': csrf })
    assert.deepEqual([reply.status, reply.body.code], [403, 'identity.csrf_wrong'], csrf)
  }
  assert.equal((await rename(without(page, 'fanfare-csrf'))).status, 403)
  assert.equal((await rename(page)).status, 200)
})

test('a change by cookie from a foreign page is refused, whatever word it holds (ASVS 3.5.1)', async () => {
  const { page, rename } = await openPage()
  for (const origin of [
    'https://evil.example',
    'null',
    `${app.url}.evil.example`,
    app.url.replace('http:', 'https:'),
  ]) {
    const reply = await rename({ ...page, origin })
    assert.deepEqual([reply.status, reply.body.code], [403, 'http.foreign_origin'], origin)
  }
  assert.equal((await rename(without(page, 'origin'))).status, 403, 'no browser leaves the origin of a change out')
})

test('CVE-2025-58430: a form of a foreign page, which needs no leave of the browser, changes nothing', async () => {
  const { page } = await openPage()
  const simple = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']
  for (const type of simple) {
    const headers = { ...page, 'content-type': type }
    const reply = await app.anonymous.post('/v1/workspaces', '{"name":"Forged"}', headers)
    assert.deepEqual([reply.status, reply.body.code], [415, 'http.content_type'], type)
  }
})

test('nobody is signed in to another’s account by a form of a foreign page', async () => {
  const { email } = await openPage()
  const form = new URLSearchParams({ email, password }).toString()
  const headers = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' }
  const reply = await app.anonymous.post('/v1/sessions', form, headers)
  assert.equal(reply.status, 415)
  assert.deepEqual(reply.headers.getSetCookie(), [])
})

test('reading takes the cookie alone, and gives a page that lost its word a new copy', async () => {
  const { page } = await openPage()
  const cookie = (page.cookie as string)
    .split('; ')
    .filter((pair) => !pair.startsWith('fanfare_csrf='))
    .join('; ')

  const me = await app.anonymous.get('/v1/me', { cookie })

  assert.equal(me.status, 200)
  assert.equal(me.headers.get('fanfare-csrf'), page['fanfare-csrf'])
  assert.match(me.headers.getSetCookie()[0] as string, new RegExp(`^fanfare_csrf=${page['fanfare-csrf']};`))
  assert.doesNotMatch(me.headers.getSetCookie()[0] as string, /HttpOnly/i)
  const again = await app.anonymous.get('/v1/me', page)
  assert.deepEqual(again.headers.getSetCookie(), [], 'one that has it keeps it')
})
