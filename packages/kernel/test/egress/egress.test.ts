import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createLogger, Egress, egress, isProblem, start } from '@fanfare/kernel'
import { checkedLookup, type Resolve } from '../../src/egress/dispatcher.ts'

const isCode = (code: string) => (error: unknown) => isProblem(error, code)
const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 })

async function openEgress(resolve?: Resolve) {
  const app = await start([egress(resolve ? { resolve } : {})], { log: createLogger({ level: 'silent' }) })
  return { client: app.get(Egress), [Symbol.asyncDispose]: () => app.stop() }
}

async function openServer(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of message) text += chunk
  return text
}

test('a name that resolves to a private address is not connected to', async () => {
  let reached = 0
  await using server = await openServer((_request, reply) => {
    reached += 1
    reply.end()
  })
  for (const answer of [['127.0.0.1'], ['::1'], ['8.8.8.8', '10.0.0.1'], ['::ffff:127.0.0.1'], ['169.254.169.254']]) {
    await using door = await openEgress(async () => answer.map(address))
    await assert.rejects(door.client.fetch('http://internal.example/'), isCode('egress.blocked'), answer.join())
  }
  assert.equal(reached, 0)
  assert.ok(server.port > 0)
})

test('CVE-2026-42346, GHSA-f7jj-p389-4w45: a name that changes its answer cannot lead a connection past the check', async () => {
  const answers = ['8.8.8.8', '127.0.0.1']
  let asked = 0
  const lookup = checkedLookup(async () => [address(answers[asked++] as string)])
  const ask = () =>
    new Promise((resolve, reject) => {
      lookup('rebind.example', {}, (error, found) => (error ? reject(error) : resolve(found)))
    })
  assert.equal(await ask(), '8.8.8.8')
  assert.equal(asked, 1, 'the address that is connected to comes from the answer that was checked')
  await assert.rejects(ask(), isCode('egress.blocked'))
})

test('a URL is checked without being called: by its text, by what its name resolves to, and not by a name that is not there yet', async () => {
  const known: Record<string, string[]> = { 'public.example': ['8.8.8.8'], 'mixed.example': ['8.8.8.8', '10.0.0.1'] }
  await using door = await openEgress(async (name) => {
    const found = known[name]
    if (found === undefined) throw new Error('ENOTFOUND')
    return found.map(address)
  })
  for (const url of ['https://public.example/hook', 'https://not-yet.example/', 'http://[2606:4700::1111]/']) {
    await door.client.check(url)
  }
  for (const url of ['http://mixed.example/', 'http://127.0.0.1/', 'http://[::1]/', 'ftp://public.example/', 'x']) {
    await assert.rejects(door.client.check(url), isCode('egress.blocked'), url)
  }
  await door.client.check('http://127.0.0.1:8080/', 'operator')
})

test('CVE-2025-53641: an address written out is refused before anything is opened', async () => {
  let reached = 0
  await using server = await openServer((_request, reply) => {
    reached += 1
    reply.end()
  })
  await using door = await openEgress()
  await assert.rejects(door.client.fetch(server.url), isCode('egress.blocked'))
  assert.equal(reached, 0)
})

test('an operator reaches a server of their own, with method, headers and body as given', async () => {
  await using server = await openServer(async (request, reply) => {
    reply.setHeader('content-type', 'application/json')
    reply.statusCode = 418
    const { method, headers } = request
    reply.end(JSON.stringify({ method, key: headers['x-key'], host: headers.host, body: await textOf(request) }))
  })
  await using door = await openEgress()
  const reply = await door.client.fetch(`${server.url}/path`, {
    method: 'POST',
    headers: { 'x-key': 'secret', host: 'elsewhere.example' },
    body: 'hello',
    trust: 'operator',
  })
  assert.equal(reply.status, 418)
  assert.equal(reply.url, `${server.url}/path`)
  assert.deepEqual(await reply.json(), {
    method: 'POST',
    key: 'secret',
    host: `127.0.0.1:${server.port}`,
    body: 'hello',
  })
})

test('CVE-2026-40168, GHSA-34w8-5j2v-h6ww: a redirect is returned as it is unless followed, and followed no further than asked', async () => {
  await using server = await openServer((request, reply) => {
    const step = Number(request.url?.slice(1))
    if (step === 3) return reply.end('arrived')
    reply.writeHead(302, { location: `/${step + 1}` }).end()
  })
  await using door = await openEgress()
  const follow = (maxRedirects: number) => door.client.fetch(`${server.url}/0`, { trust: 'operator', maxRedirects })
  assert.equal((await follow(0)).status, 302)
  assert.equal((await follow(2)).status, 302)
  assert.equal(await (await follow(3)).text(), 'arrived')
})

test('a redirect to another origin is no longer vouched for by the operator', async () => {
  let reached = 0
  await using inner = await openServer((_request, reply) => {
    reached += 1
    reply.end('secret')
  })
  await using outer = await openServer((_request, reply) => {
    reply.writeHead(302, { location: inner.url }).end()
  })
  await using door = await openEgress()
  const called = door.client.fetch(outer.url, { trust: 'operator', maxRedirects: 3 })
  await assert.rejects(called, isCode('egress.blocked'))
  assert.equal(reached, 0)
})

test('a redirect after a post becomes a get without its body', async () => {
  const seen: string[] = []
  await using server = await openServer(async (request, reply) => {
    seen.push(`${request.method} ${request.url} ${await textOf(request)}`)
    if (request.url === '/a') reply.writeHead(303, { location: '/b' }).end()
    else reply.end()
  })
  await using door = await openEgress()
  await door.client.fetch(`${server.url}/a`, { method: 'POST', body: 'x', trust: 'operator', maxRedirects: 1 })
  assert.deepEqual(seen, ['POST /a x', 'GET /b '])
})

test('a body past its limit fails, also when it only grows on being unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000))
  await using server = await openServer((request, reply) => {
    if (request.url === '/bomb') reply.setHeader('content-encoding', 'gzip')
    reply.end(request.url === '/bomb' ? bomb : Buffer.alloc(2_000))
  })
  await using door = await openEgress()
  const read = async (path: string, maxBytes: number) => {
    const reply = await door.client.fetch(server.url + path, { trust: 'operator', maxBytes })
    return (await reply.arrayBuffer()).byteLength
  }
  assert.ok(bomb.byteLength < 10_000)
  await assert.rejects(read('/plain', 1_999), isCode('egress.too_large'))
  assert.equal(await read('/plain', 2_000), 2_000)
  await assert.rejects(read('/bomb', 100_000), isCode('egress.too_large'))
})

test('a server that says nothing, or stops half-way, is given up on', async () => {
  await using server = await openServer((request, reply) => {
    if (request.url === '/half') reply.write('half')
  })
  await using door = await openEgress()
  const silent = door.client.fetch(`${server.url}/silent`, { trust: 'operator', timeoutMs: 50 })
  await assert.rejects(silent, isCode('egress.timeout'))
  const half = await door.client.fetch(`${server.url}/half`, { trust: 'operator', timeoutMs: 100 })
  await assert.rejects(half.text(), isCode('egress.timeout'))
})

test('a caller who gives up sees its own abort', async () => {
  await using server = await openServer(() => {})
  await using door = await openEgress()
  const controller = new AbortController()
  const called = door.client.fetch(server.url, { trust: 'operator', signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(called, { message: 'enough' })
})

test('nobody there and no such name are failures that may pass', async () => {
  const closed = await openServer(() => {})
  await closed[Symbol.asyncDispose]()
  const noName = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
  await using door = await openEgress(() => Promise.reject(noName))
  for (const [url, reason] of [
    [closed.url, 'ECONNREFUSED'],
    ['http://nowhere.example', 'ENOTFOUND'],
  ] as const) {
    await assert.rejects(door.client.fetch(url, { trust: 'operator' }), (error) => {
      return isProblem(error, 'egress.failed') && error.retryable && error.detail.reason === reason
    })
  }
})

test('a library that takes a fetch is held to the same rules', async () => {
  await using server = await openServer(async (request, reply) => {
    reply.end(`${request.headers.authorization} ${await textOf(request)}`)
  })
  await using door = await openEgress()
  const strict = door.client.asFetch()
  await assert.rejects(strict(server.url), isCode('egress.blocked'))
  const trusted = door.client.asFetch({ trust: 'operator', headers: { authorization: 'Bearer key' } })
  const reply = await trusted(new URL(server.url), { method: 'POST', body: new URLSearchParams({ a: '1' }) })
  assert.equal(await reply.text(), 'Bearer key a=1')
})
