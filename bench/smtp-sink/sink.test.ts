import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runBareClient } from '../bare-client/process.ts'
import { openSinkProcess } from './process.ts'
import { openSink, type Sink } from './sink.ts'

/** A client that says what it is told and keeps what it hears. */
async function openClient({ port }: Pick<Sink, 'port'>) {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return {
    socket,
    /** Resolves with all codes heard once there are so many replies. */
    async codes(count: number): Promise<string> {
      const found = () => [...heard.matchAll(/^(\d{3}) /gm)].map(([, code]) => code)
      while (found().length < count) await sleep(2)
      return found().join(' ')
    },
  }
}

function messageTo(recipient: string, { id = recipient, body = 'Hello' } = {}): string {
  return `MAIL FROM:<a@b.example>\r\nRCPT TO:<${recipient}>\r\nDATA\r\nMessage-ID: <${id}>\r\n\r\n${body}\r\n.\r\n`
}

test('a whole pipelined conversation is answered in order and every copy is counted', async () => {
  await using sink = await openSink({ records: true, keepsSample: true })
  const client = await openClient(sink)
  const recipients = ['one@x.example', 'zwölf@x.example', 'one@x.example']
  const said = recipients.map((recipient, index) => messageTo(recipient, { id: `${index}@b`, body: '..\r\n.x' }))
  client.socket.write(`EHLO me\r\n${said.join('')}QUIT\r\n`)

  assert.equal(await client.codes(15), `220 250 ${'250 250 354 250 '.repeat(3)}221`)
  const { messages, recipients: addresses, duplicates, mostOpen } = sink.counts()
  assert.deepEqual([messages, addresses, duplicates, mostOpen], [3, 2, 1, 1])
  assert.deepEqual(sink.duplicates(), [['one@x.example', 2]])
  assert.deepEqual(sink.missing(['one@x.example', 'two@x.example']), ['two@x.example'])
  assert.deepEqual(
    sink.record().map(({ recipient, messageId }) => `${recipient} ${messageId}`),
    recipients.map((recipient, index) => `${recipient} <${index}@b>`),
  )
  assert.equal(sink.sample()?.toString(), 'Message-ID: <0@b>\r\n\r\n..\r\n.x\r\n')
})

test('a conversation that comes byte by byte is the same conversation', async () => {
  await using sink = await openSink({ records: true })
  const client = await openClient(sink)
  for (const byte of `EHLO me\r\n${messageTo('one@x.example')}NOOP\r\n`) {
    client.socket.write(byte)
    await new Promise(setImmediate)
  }
  assert.equal(await client.codes(7), '220 250 250 250 354 250 250')
  assert.deepEqual(sink.record(), [{ recipient: 'one@x.example', messageId: '<one@x.example>' }])
})

test('commands out of order or out of shape are refused and change nothing', async () => {
  await using sink = await openSink()
  const client = await openClient(sink)
  const commands = [
    ['MAIL FROM:<a@b>', '503'],
    ['EHLO me', '250'],
    ['RCPT TO:<a@b>', '503'],
    ['MAIL FROM:<a@b> BODY=8BITMIME SIZE=99999999', '552'],
    ['MAIL FROM:a@b', '501'],
    ['MAIL FROM:<a@b> SIZE=1000 SMTPUTF8', '250'],
    ['MAIL FROM:<a@b>', '503'],
    ['RCPT TO:<>', '501'],
    ['DATA', '554'],
    ['RSET', '250'],
    ['rcpt to:<a@b>', '503'],
    ['WHAT', '500'],
    ['VRFY a', '252'],
  ]
  client.socket.write(commands.map(([command]) => `${command}\r\n`).join(''))
  assert.equal(await client.codes(commands.length + 1), ['220', ...commands.map(([, code]) => code)].join(' '))
  assert.equal(sink.counts().messages, 0)
})

test('a message whose connection goes before its answer is not accepted, and the connection counts as cut', async () => {
  await using sink = await openSink()
  sink.pace(10)
  const client = await openClient(sink)
  client.socket.write(`EHLO me\r\n${messageTo('one@x.example')}`)
  await client.codes(5)
  client.socket.resetAndDestroy()
  while (sink.counts().open > 0) await sleep(2)
  await sleep(150)
  const { messages, cut } = sink.counts()
  assert.deepEqual([messages, cut], [0, 1])
})

test('a pace holds over all connections, and nobody is lost or doubled by it', async () => {
  await using sink = await openSinkProcess()
  await sink.pace(200)
  const began = performance.now()
  const content = Buffer.from('Subject: x\r\n\r\nbody\r\n')
  await runBareClient({ host: '127.0.0.1', port: sink.port, connections: 4, messages: 60, content })
  assert.ok(performance.now() - began >= 290, 'sixty messages at 200 a second take at least 0.29 s')
  const { messages, duplicates, mostOpen } = await sink.counts()
  assert.deepEqual([messages, duplicates, mostOpen], [60, 0, 4])
})
