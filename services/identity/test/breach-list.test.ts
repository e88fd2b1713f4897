import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { bootIdentity, buildOwner, password } from './factories.ts'

const breached = 'twelve stolen horses'
const digest = createHash('sha1').update(breached).digest('hex').toUpperCase()

interface List extends AsyncDisposable {
  readonly url: string
  readonly asked: { readonly path: string; readonly padding: string | undefined }[]
}

/** Answers as the range API of Pwned Passwords does, padding included; or fails with a status. */
async function openList({ fail }: { fail?: number } = {}): Promise<List> {
  const asked: { path: string; padding: string | undefined }[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ path, padding: request.headers['add-padding'] as string | undefined })
    if (fail !== undefined) return response.writeHead(fail).end()
    const padding = Array.from({ length: 3 }, (_, index) => `${String(index).repeat(35)}:0`)
    const known = path.endsWith(`/range/${digest.slice(0, 5)}`) ? [`${digest.slice(5)}:3861493`] : []
    response.writeHead(200, { 'content-type': 'text/plain' }).end([...padding, ...known].join('\r\n'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/range/`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function portOf(url: string): number[] {
  return [Number(new URL(url).port)]
}

async function bootWith(list: List) {
  return bootIdentity({ config: { breachCheckUrl: list.url }, egress: { extraPorts: portOf(list.url) } })
}

test('a password that was stolen elsewhere is refused, and five digits of its hash are all that leaves (ASVS 6.2.12)', async () => {
  await using list = await openList()
  await using app = await bootWith(list)
  const { browser } = await buildOwner(app)

  const refused = await browser.put('/v1/me/password', { currentPassword: password, password: breached })

  assert.deepEqual([refused.status, refused.body.detail], [400, { reason: 'breached' }])
  assert.match(refused.body.violations[0].message, /stolen elsewhere/)
  assert.deepEqual(list.asked, [{ path: `/range/${digest.slice(0, 5)}`, padding: 'true' }])
})

test('a password that is in no list is taken, and a line of padding is no find', async () => {
  await using list = await openList()
  await using app = await bootWith(list)
  const { browser } = await buildOwner(app)
  const done = await browser.put('/v1/me/password', { currentPassword: password, password: 'seven quiet rivers' })
  assert.equal(done.status, 204)
  assert.equal(list.asked.length, 1)
})

test('a list that fails keeps nobody from choosing a password', async () => {
  await using list = await openList({ fail: 503 })
  await using app = await bootWith(list)
  const { browser } = await buildOwner(app)
  const done = await browser.put('/v1/me/password', { currentPassword: password, password: breached })
  assert.equal(done.status, 204)
  assert.equal(list.asked.length, 1)
})

test('no list is asked unless the operator names one', async () => {
  await using app = await bootIdentity()
  const { browser } = await buildOwner(app)
  assert.equal((await browser.put('/v1/me/password', { currentPassword: password, password: breached })).status, 204)
})
