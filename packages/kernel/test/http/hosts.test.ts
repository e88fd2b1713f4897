import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
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

const tellHost = route({
  method: 'GET',
  path: '/v1/host',
  name: 'tellHost',
  summary: 'Answers',
  access: anyone('a test'),
  replies: { 200: z.object({ host: z.string().nullable() }) },
  handler: async ({ host }) => ({ status: 200, body: { host: host ?? null } }),
})

const folder = await mkdtemp(path.join(tmpdir(), 'fanfare-hosts-'))
await writeFile(path.join(folder, 'index.html'), '<title>console</title>')
const hosts = new Set(['links.example', 'console.example'])
const homes = new Set<string>()
const app = await boot(
  [
    mounted([open('/c/:token', 'follow'), open('/v1/things/:token', 'getThing'), tellHost], (http) => {
      http.serveFiles(folder)
      http.serveHosts(() => homes)
      http.restrictHosts({ hosts: () => hosts, paths: ['/c/:token'] })
    }),
  ],
  {
    config: {
      http: { publicUrl: 'https://console.example', hosts: 'API.console.example', trustedProxies: '127.0.0.1' },
    },
  },
)
after(async () => {
  await app.stop()
  await rm(folder, { recursive: true })
})

/** By Node's own client: `fetch` does not let a caller name the host. */
function ask(at: string, headers: Record<string, string>, method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(app.url + at, { method, headers: { accept: 'text/html', ...headers } }, resolve)
    sent.on('error', reject)
    sent.end()
  })
}

async function statusOf(at: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  const reply = await ask(at, headers, method)
  reply.resume()
  return reply.statusCode
}

async function bodyOf(at: string, headers: Record<string, string>): Promise<string> {
  return (await (await ask(at, headers)).toArray()).join('')
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

test('the public address, further names and those of this network show everything', async () => {
  const names = ['console.example', 'api.console.example', '127.0.0.1', '[::1]:80', 'fanfare', 'fanfare.default.svc']
  for (const host of names)
    for (const at of ['/', '/campaigns', '/c/x', '/v1/things/x', '/livez'])
      assert.equal(await statusOf(at, { host }), 200, `${host} ${at}`)
})

test('a name that nobody gave to the site leads to links of messages only', async () => {
  for (const host of [
    'other.example',
    'xlinks.example',
    'links.example.evil',
    'console.example.evil',
    '127.0.0.1.nip.io',
  ]) {
    for (const at of ['/', '/campaigns', '/index.html', '/v1/things/x', '/v1/system/services'])
      assert.equal(await statusOf(at, { host }), 404, `${host} ${at}`)
    for (const at of ['/c/x', '/livez']) assert.equal(await statusOf(at, { host }), 200, `${host} ${at}`)
  }
})

test('a proven name is at home: it shows everything, also when it is one of links, and its route hears of it', async () => {
  assert.equal(await statusOf('/', { host: 'home.example' }), 404)
  homes.add('home.example')
  homes.add('links.example')
  for (const host of ['home.example', 'HOME.example.', 'home.example:8443', 'links.example'])
    assert.equal(await statusOf('/', { host }), 200, host)
  homes.delete('links.example')
  assert.equal(await statusOf('/', { host: 'links.example' }), 404)
  assert.equal(await bodyOf('/v1/host', { host: 'home.example:8443' }), '{"host":"home.example"}')
  assert.equal(
    await bodyOf('/v1/host', { host: '127.0.0.1', 'x-forwarded-host': 'home.example' }),
    '{"host":"home.example"}',
  )
  for (const host of ['console.example', '127.0.0.1']) assert.equal(await bodyOf('/v1/host', { host }), '{"host":null}')
})

test('behind a proxy the forwarded host counts too, and neither is a way around the other', async () => {
  const named = (host: string, forwarded: string) => ({ host, 'x-forwarded-host': forwarded })
  assert.equal(await statusOf('/v1/things/x', named('127.0.0.1', 'links.example')), 404)
  assert.equal(await statusOf('/v1/things/x', named('links.example', 'console.example')), 404)
  assert.equal(await statusOf('/c/x', named('127.0.0.1', 'links.example')), 200)
})

test('a host counts from when it is named on', async () => {
  assert.equal(await statusOf('/', { host: 'late.internal' }), 200)
  hosts.add('late.internal')
  assert.equal(await statusOf('/', { host: 'late.internal' }), 404)
})
