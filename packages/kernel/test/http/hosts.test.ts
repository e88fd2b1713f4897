import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { anyone, type Route, route } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const open = (at: string, name: string): Route =>
  route({
    method: 'GET',
    path: at,
    name,
    summary: 'Answers',
    access: anyone('a test'),
    params: z.object({ token: z.string() }),
    replies: { 200: z.object({ token: z.string() }) },
    handler: async ({ params }) => ({ status: 200, body: params }),
  })

const folder = await mkdtemp(path.join(tmpdir(), 'fanfare-hosts-'))
await writeFile(path.join(folder, 'index.html'), '<title>console</title>')
const hosts = new Set(['links.example', 'console.example'])
const app = await boot(
  [
    mounted([open('/c/:token', 'follow'), open('/v1/things/:token', 'getThing')], (http) => {
      http.serveFiles(folder)
      http.restrictHosts({ hosts: () => hosts, paths: ['/c/:token'] })
    }),
  ],
  { config: { http: { publicUrl: 'https://console.example', trustedProxies: '127.0.0.1' } } },
)
after(async () => {
  await app.stop()
  await rm(folder, { recursive: true })
})

/** By Node's own client: `fetch` does not let a caller name the host. */
function statusOf(at: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(app.url + at, { method, headers: { accept: 'text/html', ...headers } }, (reply) => {
      reply.resume()
      resolve(reply.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('a restricted host shows its routes and nothing else', async () => {
  for (const host of ['links.example', 'LINKS.example', 'links.example.', 'links.example:443', 'Links.Example.:8443']) {
    assert.equal(await statusOf('/c/x?y=1', { host }), 200, host)
    assert.equal(await statusOf('/c/x', { host }, 'HEAD'), 200, host)
    for (const at of [
      '/',
      '/index.html',
      '/campaigns',
      '/v1/things/x',
      '/livez',
      '/metrics',
      '/openapi.json',
      '/docs/api',
      '/c',
      '/c/x/y',
      '//c/x',
      '/v1/live',
    ])
      assert.equal(await statusOf(at, { host }), 404, `${host} ${at}`)
    assert.equal(await statusOf('/v1/things/x', { host }, 'POST'), 404)
  }
})

test('other hosts and the one of the public address show everything', async () => {
  for (const host of ['console.example', 'other.example', 'xlinks.example', 'links.example.evil', '127.0.0.1'])
    for (const at of ['/', '/campaigns', '/c/x', '/v1/things/x', '/livez'])
      assert.equal(await statusOf(at, { host }), 200, `${host} ${at}`)
})

test('behind a proxy the forwarded host counts too, and neither is a way around the other', async () => {
  const named = (host: string, forwarded: string) => ({ host, 'x-forwarded-host': forwarded })
  assert.equal(await statusOf('/v1/things/x', named('127.0.0.1', 'links.example')), 404)
  assert.equal(await statusOf('/v1/things/x', named('links.example', 'console.example')), 404)
  assert.equal(await statusOf('/c/x', named('127.0.0.1', 'links.example')), 200)
})

test('a host counts from when it is named on', async () => {
  assert.equal(await statusOf('/', { host: 'late.example' }), 200)
  hosts.add('late.example')
  assert.equal(await statusOf('/', { host: 'late.example' }), 404)
})
