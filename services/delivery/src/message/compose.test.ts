import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { corpus } from '@fanfare/testkit'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { composeMessage, type Letter } from './compose.ts'

const letter: Letter = {
  from: { name: 'Ada, "the" Countess', address: 'ada@example.com' },
  to: 'bob@example.org',
  replyTo: 'reply@example.com',
  subject: 'Hello',
  text: 'Text\n\n.\nend ',
  html: '<p>Hällo = ok</p>',
  messageId: '0123456789abcdef0123456789abcdef@example.com',
  date: new Date('2026-03-01T12:34:56Z'),
  unsubscribeUrl: 'https://t.example/u/TOKEN',
}
const once = [
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'content-type',
]

/** What has no place in a body, and line ends as one kind. */
const shown = (text: string) =>
  text
    .toWellFormed()
    .replace(/^\ufeff+/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
const shownInLine = (text: string) =>
  text
    .replaceAll('\ufeff', '')
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()

async function assertIntact(given: Letter): Promise<void> {
  const message = composeMessage(given)
  const wire = message.toString('latin1')
  assert.doesNotMatch(wire, /[^\r]\n|\r[^\n]|\0/, 'only CRLF, no NUL')
  for (const line of wire.split('\r\n')) assert.ok(line.length <= 998, `a line of ${line.length}`)
  const head = wire.slice(0, wire.indexOf('\r\n\r\n'))
  const names = [...head.matchAll(/^([A-Za-z-]+):/gm)].map((match) => (match[1] as string).toLowerCase())
  assert.deepEqual([...names].sort(), [...once, ...(given.replyTo === '' ? [] : ['reply-to'])].sort())
  const read = await PostalMime.parse(message)
  assert.equal(read.subject ?? '', shownInLine(given.subject))
  assert.equal(read.from?.address, given.from.address)
  assert.equal(read.from?.name ?? '', shownInLine(given.from.name))
  assert.deepEqual(
    read.to?.map(({ address }) => address),
    [given.to],
  )
  assert.equal((read.text ?? '').replace(/\n+$/, ''), shown(given.text).replace(/\n+$/, ''))
  assert.equal((read.html ?? '').replace(/\n+$/, ''), shown(given.html).replace(/\n+$/, ''))
}

test('a message has each header once, text before HTML, and reads back as it was written', async () => {
  await assertIntact(letter)
  const wire = composeMessage(letter).toString()
  assert.match(wire, /^List-Unsubscribe: <https:\/\/t\.example\/u\/TOKEN>\r$/m)
  assert.match(wire, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
  assert.match(wire, /^Date: Sun, 01 Mar 2026 12:34:56 \+0000\r$/m)
  assert.ok(wire.indexOf('text/plain') < wire.indexOf('text/html'))
})

test('line breaks and controls in a subject or a name add no header', async () => {
  for (const separator of ['\r\n', '\n', '\r', '\0', '\v', '\x7f', '\u0085', '\u2028', '\u2029']) {
    const hostile = `x${separator}Bcc: everybody@example.net${separator}${separator}<body>`
    await assertIntact({ ...letter, subject: hostile, from: { ...letter.from, name: hostile } })
  }
})

test('long, many-worded and encoded-looking headers come back whole', async () => {
  const texts = [
    'word '.repeat(100).trim(),
    'x'.repeat(500),
    '=?UTF-8?B?eA==?=',
    'two  spaces',
    '🎉'.repeat(150),
    'é'.repeat(200),
  ]
  for (const text of texts) await assertIntact({ ...letter, subject: text, from: { ...letter.from, name: text } })
})

test('every hostile string of the corpus is shown as it is and breaks nothing', async (t) => {
  const file = corpus('strings/blns.json')
  if (file === undefined) return t.skip('The corpus of hostile strings is not here')
  const strings = JSON.parse(readFileSync(file, 'utf8')) as string[]
  assert.ok(strings.length > 500)
  for (const hostile of strings) {
    await assertIntact({
      ...letter,
      subject: hostile,
      text: hostile,
      html: hostile,
      from: { ...letter.from, name: hostile },
    })
  }
})

test('any text reads back as it was written', async () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(anyText, anyText, anyText, async (subject, text, html) =>
      assertIntact({ ...letter, subject, text, html }),
    ),
    { numRuns: 300 },
  )
})

test('an address in another script is UTF-8 in the header, and its letters end no line', () => {
  // The low octets of the first two are CR and LF.
  const local = '\u010d\u010aÄ用户'
  const message = composeMessage({ ...letter, to: `${local}@example.org`, replyTo: `${local}@example.com` })
  const head = message.subarray(0, message.indexOf('\r\n\r\n'))
  assert.ok(head.includes(`\r\nTo: <${local}@example.org>\r\n`))
  assert.ok(head.includes(`\r\nReply-To: <${local}@example.com>\r\n`))
  assert.doesNotMatch(message.toString('latin1'), /[^\r]\n|\r[^\n]/)
})
