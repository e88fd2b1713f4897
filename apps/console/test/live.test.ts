import { beforeAll, expect, test } from 'vitest'
import { LiveClient, type LiveMessage } from '../src/api/live.ts'
import { FakePlatform } from './live-platform.fake.ts'

const workspace = 'w'

beforeAll(() => {
  globalThis.location ??= new URL('https://fanfare.example/') as unknown as Location
})

function watching(topic = 'report/1') {
  const platform = new FakePlatform()
  const client = new LiveClient(platform)
  const got: LiveMessage[] = []
  const stop = client.watch(workspace, topic, (message) => got.push(message))
  return { platform, client, got, stop }
}

test('a watcher gets the messages of its topic alone', () => {
  const { platform, client, got } = watching()
  const [socket] = platform.sockets
  socket?.open()
  expect(client.state).toBe('live')
  expect(socket?.sent).toEqual([{ watch: ['report/1'] }])
  socket?.receive('report/1', { type: 'changed' })
  socket?.receive('report/2', { type: 'changed' })
  expect(got).toEqual([{ type: 'changed' }])
})

test('after a lost connection it comes back by itself and says once to read again', () => {
  const { platform, client, got } = watching()
  platform.sockets[0]?.open()
  platform.sockets[0]?.break()
  expect(client.state).toBe('connecting')
  platform.pass()
  platform.sockets[1]?.open()
  expect(client.state).toBe('live')
  expect(platform.sockets[1]?.sent).toEqual([{ watch: ['report/1'] }])
  expect(got).toEqual([{ type: 'poll' }])
})

test('it waits longer after each failure, never more than 15 seconds', () => {
  const { platform } = watching()
  for (let failure = 0; failure < 9; failure++) {
    platform.sockets.at(-1)?.break()
    platform.streams.at(-1)?.onerror?.()
    platform.pass()
  }
  expect(platform.waits.slice(0, 3)).toEqual([1_000, 2_000, 4_000])
  expect(Math.max(...platform.waits)).toBe(15_000)
})

test('where no WebSocket opens it takes Server-Sent Events, and reads now and then meanwhile', () => {
  const { platform, client, got } = watching()
  for (let failure = 0; failure < 3; failure++) {
    platform.sockets.at(-1)?.break()
    platform.pass()
  }
  expect(platform.streams).toHaveLength(1)
  expect(platform.streams[0]?.url).toContain('topics=report%2F1')
  platform.streams[0]?.onerror?.()
  expect(client.state).toBe('polling')
  expect(got.at(-1)).toEqual({ type: 'poll' })
})

test('the connection closes with the last watcher', () => {
  const { platform, client, stop } = watching()
  platform.sockets[0]?.open()
  const stopOther = client.watch(workspace, 'home', () => undefined)
  stop()
  expect(platform.sockets[0]?.sent.slice(1)).toEqual([{ watch: ['home'] }, { unwatch: ['report/1'] }])
  stopOther()
  expect(client.state).toBe('off')
  expect(platform.sockets[0]?.readyState).toBe(3)
})

test('a line that the server closes for good is told apart from one that broke', () => {
  const { platform, client } = watching()
  let ended = 0
  client.onEnded(() => {
    ended += 1
  })
  platform.sockets[0]?.open()
  platform.sockets[0]?.break()
  expect(ended).toBe(0)
  platform.pass()
  platform.sockets[1]?.open()
  platform.sockets[1]?.break(4401)
  expect(ended).toBe(1)
  expect(client.state).toBe('connecting')
})

test('a stream that says that its session has ended is heard too', () => {
  const { platform, client } = watching()
  let ended = 0
  client.onEnded(() => {
    ended += 1
  })
  for (let failure = 0; failure < 3; failure++) {
    platform.sockets.at(-1)?.break()
    platform.pass()
  }
  platform.streams[0]?.say('ended')
  expect(ended).toBe(1)
})
