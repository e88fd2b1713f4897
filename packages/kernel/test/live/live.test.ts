import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { defineService, Live, token } from '@fanfare/kernel'
import { boot, openWatcher, tokenOf } from '@fanfare/testkit'
import { sql } from 'kysely'
import { WebSocket } from 'ws'

/** Declares the topics of these tests. */
function announcer() {
  return defineService({
    provides: token<object>()('announcer'),
    needs: { live: Live },
    start({ live }) {
      live.topic('contacts', 'contacts.read')
      live.topic('import', 'contacts.read')
      live.topic('keys', 'keys.manage')
      return {}
    },
  })
}

const app = await boot([announcer()])
after(() => app.stop())
const live = app.get(Live)

test('those who watch a topic hear what is published to it, in order', async () => {
  const tenantId = app.tenant()
  await using watcher = await app.watch(tenantId, ['contacts', 'import/7'])
  live.publish(tenantId, 'contacts', { type: 'changed', count: 3 })
  live.publish(tenantId, 'import/8', { type: 'progress' })
  live.publish(tenantId, 'import/7', { type: 'progress', rows: 10 })
  assert.deepEqual(await watcher.next(), { topic: 'contacts', message: { type: 'changed', count: 3 } })
  assert.deepEqual(await watcher.next(), { topic: 'import/7', message: { type: 'progress', rows: 10 } })
})

test('nobody hears another workspace, by socket or by stream', async () => {
  const [mine, theirs] = [app.tenant(), app.tenant()]
  await using watcher = await app.watch(mine, ['contacts'])
  await using stream = await openStream(mine, 'contacts')
  live.publish(theirs, 'contacts', { type: 'secret' })
  live.publish(`${mine} contacts`, '', { type: 'secret' })
  live.publish(mine, 'contacts', { type: 'own' })
  assert.equal((await watcher.next()).message.type, 'own')
  assert.match(await stream.next(), /"own"/)
})

test('what a transaction publishes is heard when it commits, and never when it rolls back', async () => {
  const tenantId = app.tenant()
  await using watcher = await app.watch(tenantId, ['contacts'])
  const failed = app.db.withTenant(tenantId, async () => {
    live.publish(tenantId, 'contacts', { type: 'undone' })
    throw new Error('rolled back')
  })
  await assert.rejects(failed, { message: 'rolled back' })
  await app.db.withTenant(tenantId, async (trx) => {
    live.publish(tenantId, 'contacts', { type: 'done' })
    await sql`select 1`.execute(trx)
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(watcher.waiting(), [])
  })
  assert.equal((await watcher.next()).message.type, 'done')
})

test('a topic asks for its permission, and an unknown one is refused', async () => {
  const tenantId = app.tenant()
  const viewer = tokenOf({ tenantId, role: 'viewer' })
  await assert.rejects(openWatcher(app.url, viewer, ['keys']), /live\.forbidden/)
  await assert.rejects(openWatcher(app.url, viewer, ['nonsense/1']), /live\.unknown_topic/)
  const stream = (topics: string) => app.as({ tenantId, role: 'viewer' }).get(`/v1/live/events?topics=${topics}`)
  assert.deepEqual([(await stream('keys')).status, (await stream('contacts,nonsense')).status], [403, 404])
})

test('a socket needs a credential, and a cookie one of our own pages', async () => {
  await assert.rejects(openWatcher(app.url, 'nonsense', ['contacts']), /status 401/)
  assert.equal((await app.anonymous.get('/v1/live/events?topics=contacts')).status, 401)
  const plain = await app.as({ tenantId: app.tenant(), role: 'viewer' }).get('/v1/live')
  assert.deepEqual([plain.status, plain.body.code], [400, 'live.upgrade_needed'])
})

test('a page that stops watching hears nothing more', async () => {
  const tenantId = app.tenant()
  await using page = await openSocket(tenantId)
  page.say({ watch: ['contacts', 'import/1'] })
  assert.deepEqual(await page.heard(), { watching: ['contacts', 'import/1'] })
  page.say({ unwatch: ['contacts'] })
  assert.deepEqual(await page.heard(), { watching: ['import/1'] })
  live.publish(tenantId, 'contacts', { type: 'unheard' })
  live.publish(tenantId, 'import/1', { type: 'heard' })
  assert.deepEqual(await page.heard(), { topic: 'import/1', message: { type: 'heard' } })
})

test('a page watches fifty topics and no more', async () => {
  await using page = await openSocket(app.tenant())
  page.say({ watch: Array.from({ length: 50 }, (_, index) => `import/${index}`) })
  await page.heard()
  page.say({ watch: ['contacts'] })
  assert.deepEqual(((await page.heard()) as { code: string }).code, 'live.too_many_topics')
})

test('a page that talks nonsense is shown out', async () => {
  for (const words of ['nonsense', '{"watch":"contacts"}', '[]', '{"watch":[1]}']) {
    const page = await openSocket(app.tenant())
    page.socket.send(words)
    assert.equal(await page.closed, 1008, words)
  }
})

test('a stream says what it carries, and tells a page that comes back to read again', async () => {
  const tenantId = app.tenant()
  await using stream = await openStream(tenantId, 'contacts,import/7')
  assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  live.publish(tenantId, 'contacts', { type: 'changed' })
  assert.equal(await stream.next(), 'id: 1\ndata: {"topic":"contacts","message":{"type":"changed"}}')
  await using again = await openStream(tenantId, 'contacts', { 'last-event-id': '41' })
  assert.equal(await again.next(), 'id: 42\ndata: {"topic":"contacts","message":{"type":"changed"}}')
})

test('a page that does not read is dropped instead of filling the memory', async () => {
  const tenantId = app.tenant()
  await using page = await openSocket(tenantId)
  page.say({ watch: ['contacts'] })
  await page.heard()
  page.socket.pause()
  const text = 'x'.repeat(100_000)
  for (let sent = 0; sent < 1_000 && page.socket.readyState === WebSocket.OPEN; sent++) {
    live.publish(tenantId, 'contacts', { type: 'big', text })
    await new Promise((resolve) => setImmediate(resolve))
    if ((await connections()) === 0) break
  }
  assert.equal(await connections(), 0)
})

test('a stop ends sockets and streams instead of waiting for them', async () => {
  const house = await boot([announcer()])
  const watcher = await house.watch(house.tenant(), ['contacts'])
  const url = `${house.url}/v1/live/events?topics=contacts`
  const authorization = `Bearer ${tokenOf({ tenantId: house.tenant(), role: 'viewer' })}`
  const stream = await fetch(url, { headers: { authorization } })
  await house.stop()
  await assert.rejects(watcher.next(), /closed/)
  assert.match(await stream.text(), /^retry: /)
})

test('the lines of a credential that has ended are closed, and nobody else’s', async () => {
  const tenantId = app.tenant()
  const [ada, bob] = [app.tenant(), app.tenant()]
  await using adas = await openSocket(tenantId, ada)
  await using bobs = await openSocket(tenantId, bob)
  await using keys = await openSocket(tenantId)
  await using stream = await openStream(tenantId, 'contacts')

  live.endLines({ sessionIds: [`session-${ada}`, 'unknown'] })
  assert.equal(await adas.closed, 4401)
  live.endLines({ tenantId: app.tenant(), userId: bob })
  live.endLines({ keyId: 'another' })
  bobs.say({ watch: ['contacts'] })
  assert.deepEqual(await bobs.heard(), { watching: ['contacts'] })
  live.endLines({ tenantId, userId: bob })
  assert.equal(await bobs.closed, 4401)
  live.endLines({ keyId: `key-${tenantId}-owner` })
  assert.equal(await keys.closed, 4401)
  assert.equal(await stream.next(), 'event: ended\ndata: {}')
})

test('a line outlives what a transaction that rolled back would have ended', async () => {
  const tenantId = app.tenant()
  await using page = await openSocket(tenantId)
  const undone = app.db.transaction(async () => {
    live.endLines({ tenantId })
    throw new Error('rolled back')
  })
  await assert.rejects(undone, { message: 'rolled back' })
  page.say({ watch: ['contacts'] })
  assert.deepEqual(await page.heard(), { watching: ['contacts'] })
})

async function connections(): Promise<number> {
  const { text } = await app.anonymous.get('/metrics')
  return Number(/^fanfare_live_connections (\d+)$/m.exec(text)?.[1])
}

async function openSocket(tenantId: string, userId?: string) {
  const caller = { tenantId, role: 'owner', ...(userId === undefined ? {} : { userId }) } as const
  const headers = { authorization: `Bearer ${tokenOf(caller)}` }
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/v1/live`, { headers })
  const heard: unknown[] = []
  let wake = () => {}
  socket.on('message', (bytes) => {
    heard.push(JSON.parse(String(bytes)))
    wake()
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('open', resolve))
  return {
    socket,
    closed,
    say: (words: unknown) => socket.send(JSON.stringify(words)),
    async heard() {
      while (heard.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return heard.shift()
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}

async function openStream(tenantId: string, topics: string, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${tokenOf({ tenantId, role: 'owner' })}`
  const controller = new AbortController()
  const reply = await fetch(`${app.url}/v1/live/events?topics=${encodeURIComponent(topics)}`, {
    headers: { authorization, ...headers },
    signal: controller.signal,
  })
  const reader = (reply.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>
  let text = ''
  const take = async (): Promise<string> => {
    while (!text.includes('\n\n')) text += (await reader.read()).value ?? ''
    const [first = '', ...rest] = text.split('\n\n')
    text = rest.join('\n\n')
    return first
  }
  assert.match(await take(), /^retry: \d+$/)
  return {
    headers: reply.headers,
    next: take,
    async [Symbol.asyncDispose]() {
      controller.abort()
    },
  }
}
