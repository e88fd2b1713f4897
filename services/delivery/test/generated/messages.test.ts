import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import PostalMime from 'postal-mime'
import { prepareComposer } from '../../src/message/compose.ts'
import { fill } from '../../src/transport/letter.ts'
import { type GeneratedContent, generateContents, type Holed } from './contents.ts'

const count = 10_000
const seed = 20_261_125
const contents = generateContents(count, seed)
const shared = { address: 'ada@sender.example', to: 'bob@example.org', replyTo: 'reply@sender.example' }
const headers = [
  'from',
  'reply-to',
  'mime-version',
  'content-type',
  'to',
  'subject',
  'date',
  'message-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
].sort()

const messages = contents.map(compose)

function compose({ fromName, subject, text, html }: GeneratedContent, index: number): Buffer {
  const { address, to, replyTo } = shared
  const frame = { from: { name: fromName, address }, replyTo, shared: { subject: subject.text, text: text.text, html: html.text } }
  return prepareComposer(frame)({
    to,
    messageId: `${index}@sender.example`,
    date: new Date('2026-03-01T12:34:56Z'),
    unsubscribeUrl: `https://t.example/u/${index}`,
    pieces: { subject: subject.pieces, text: text.pieces, html: html.pieces },
  })
}

/** What a reader is to see of a header: one line without controls and byte order marks. */
const inLine = (text: string) =>
  text
    .replaceAll('\ufeff', '')
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
/** What a reader is to see of a body: line ends of one kind, no controls, each part for itself. */
const inBody = ({ text: { literals }, pieces }: Holed) =>
  literals
    .flatMap((literal, index) => [literal, pieces[index] ?? ''])
    .map((part) =>
      part
        .toWellFormed()
        .replace(/^\ufeff+/, '')
        .replace(/\r\n?/g, '\n')
        .replace(/(?![\t\n])\p{Cc}/gu, ''),
    )
    .join('')
const nameOf = (index: number) => `content ${index} of seed ${seed}`

test(`${count} generated messages are lines of at most 998 octets of ASCII, ended by CRLF, with no header of others`, () => {
  for (const [index, message] of messages.entries()) {
    const wire = message.toString('latin1')
    assert.doesNotMatch(wire, /[^\r]\n|\r[^\n]|\0|[\x80-\xff]|\r\n\.|^\n/, nameOf(index))
    for (const line of wire.split('\r\n')) assert.ok(line.length <= 998, nameOf(index))
    const head = wire.slice(0, wire.indexOf('\r\n\r\n'))
    const names = head
      .split(/\r\n(?![ \t])/)
      .map((field) => field.slice(0, field.indexOf(':')).toLowerCase())
      .sort()
    assert.deepEqual(names, headers, nameOf(index))
  }
})

/** Postal-mime ends every text with a line end of its own. */
const asShown = (text: string) => `${text}\n`

test(`postal-mime reads ${count} generated messages as they were written`, async () => {
  for (const [index, message] of messages.entries()) {
    const content = contents[index] as GeneratedContent
    const read = await PostalMime.parse(message)
    assert.equal(read.subject ?? '', inLine(fill(content.subject.text, content.subject.pieces)), nameOf(index))
    assert.deepEqual([read.from?.name ?? '', read.from?.address], [inLine(content.fromName), shared.address], nameOf(index))
    assert.deepEqual(read.to?.map(({ address }) => address), [shared.to], nameOf(index))
    assert.equal(read.text ?? '\n', asShown(inBody(content.text)), nameOf(index))
    assert.equal(read.html ?? '\n', asShown(inBody(content.html)), nameOf(index))
    assert.equal(read.attachments.length, 0)
  }
})

const python = ['/usr/bin/python3', 'python3'].find((command) => spawnSync(command, ['--version']).status === 0)

test(`Python's email package reads ${count} generated messages as they were written`, {
  skip: python === undefined && 'Python 3 is not here',
}, async () => {
  const script = fileURLToPath(new URL('python-email.py', import.meta.url))
  const child = spawn(python as string, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  child.stdin.end(messages.map((message) => `${JSON.stringify({ message: message.toString('base64') })}\n`).join(''))
  let index = 0
  for await (const line of createInterface(child.stdout)) {
    const content = contents[index] as GeneratedContent
    const read = JSON.parse(line)
    const about = nameOf(index)
    assert.deepEqual([...read.names].sort(), headers, about)
    assert.equal(read.subject.trim(), inLine(fill(content.subject.text, content.subject.pieces)), about)
    assert.deepEqual(read.from, [[inLine(content.fromName), shared.address]], about)
    assert.deepEqual(read.to, [['', shared.to]], about)
    assert.deepEqual(read.types, ['text/plain', 'text/html'], about)
    assert.deepEqual(read.texts, [inBody(content.text), inBody(content.html)], about)
    assert.deepEqual(read.defects, [], about)
    index++
  }
  await ended
  assert.equal(index, count)
})
