import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReceived } from './read.ts'

const message = (...lines: string[]) => Buffer.from(lines.join('\r\n'))

function report(fields: string[], prose = 'It could not be delivered.') {
  return message(
    'From: MAILER-DAEMON@mx.example.net',
    'To: bounces@news.example',
    'Subject: Undelivered Mail Returned to Sender',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
    '',
    '--x',
    'Content-Type: text/plain',
    '',
    prose,
    '--x',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    ...fields,
    '--x--',
  )
}

test('a delivery report tells of each recipient', () => {
  const read = readReceived(
    report([
      'Final-Recipient: rfc822; ann@example.org',
      'Action: failed',
      'Status: 5.1.1',
      'Remote-MTA: dns; mx.example.org',
      'Diagnostic-Code: smtp; 550 5.1.1 <ann@example.org>: no such user',
      '',
      'Final-Recipient: rfc822; bob@example.org',
      'Action: delayed',
      'Status: 4.4.1',
      '',
      'Final-Recipient: rfc822; cyd@example.org',
      'Action: relayed',
      'Status: 2.0.0',
    ]),
  )
  assert.equal(read.kind, 'bounce')
  assert.deepEqual(
    read.rows.map(({ address, action, reason, hard }) => ({ address, action, reason, hard })),
    [
      { address: 'ann@example.org', action: 'failed', reason: 'userunknown', hard: true },
      { address: 'bob@example.org', action: 'delayed', reason: 'expired', hard: false },
      { address: 'cyd@example.org', action: 'delivered', reason: 'undefined', hard: false },
    ],
  )
})

test('a full mailbox is soft, also under a code that says otherwise', () => {
  const fields = ['Final-Recipient: rfc822; ann@example.org', 'Action: failed', 'Status: 5.1.1']
  const read = readReceived(report(fields, 'The mailbox is full.'))
  assert.equal(read.rows[0]?.hard, false)
})

test('a complaint names its kind and who complained', () => {
  const read = readReceived(
    message(
      'From: fbl@provider.example',
      'Subject: FW: news',
      'Content-Type: multipart/report; report-type=feedback-report; boundary="x"',
      '',
      '--x',
      'Content-Type: message/feedback-report',
      '',
      'Feedback-Type: abuse',
      'User-Agent: provider/1',
      'Version: 1',
      'Original-Rcpt-To: <ann@example.org>',
      '',
      '--x--',
    ),
  )
  assert.equal(read.kind, 'complaint')
  assert.equal(read.complaint, 'abuse')
  assert.deepEqual(read.complainers, ['ann@example.org'])
})

test('machines and people who answer are told apart', () => {
  const answer = ['From: ann@example.org', 'Subject: Re: News', 'In-Reply-To: <1@news.example>']
  assert.equal(readReceived(message(...answer, '', 'Thanks!')).kind, 'reply')
  for (const mark of ['Auto-Submitted: auto-replied', 'X-Autoreply: yes', 'Precedence: bulk', 'Return-Path: <>']) {
    assert.equal(readReceived(message(...answer, mark, '', 'I am away until Monday.')).kind, 'auto_reply', mark)
  }
  assert.equal(readReceived(message(...answer, 'Auto-Submitted: no', '', 'Thanks!')).kind, 'reply')
  const away = readReceived(message('From: ann@example.org', 'Subject: Out of office', '', 'Back on Monday.'))
  assert.equal(away.kind, 'auto_reply')
})

test('a mail of one word to leave is an opt-out', () => {
  const read = readReceived(message('From: ann@example.org', 'To: u@news.example', 'Subject: unsubscribe', '', ''))
  assert.equal(read.kind, 'complaint')
  assert.equal(read.complaint, 'opt-out')
})

test('what is built to be slow is read soon', () => {
  const slow = [
    'a@'.repeat(200_000),
    '<'.repeat(300_000),
    `${'x'.repeat(60)}.`.repeat(5_000),
    'could not deliver '.repeat(20_000),
    'From: a\n'.repeat(40_000),
    '"'.repeat(300_000),
    `rcpt to ${' '.repeat(300_000)}`,
    '&#x'.repeat(100_000),
    '=?utf-8?Q?'.repeat(30_000),
  ]
  for (const text of slow) {
    for (const type of ['text/plain', 'text/html', 'message/delivery-status']) {
      const began = performance.now()
      readReceived(
        Buffer.from(
          `From: MAILER-DAEMON@x.example\nSubject: failure notice ${text.slice(0, 50_000)}\nContent-Type: ${type}\n\n${text}`,
        ),
      )
      const took = performance.now() - began
      assert.ok(took < 2_000, `${text.slice(0, 20)} as ${type} took ${took} ms`)
    }
  }
})

test('nesting, parts and sizes beyond the limits are left unread', () => {
  const nested = Array.from(
    { length: 200 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
  ).join('')
  assert.doesNotThrow(() => readReceived(Buffer.from(nested)))
  const many = `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(20_000)}`
  assert.doesNotThrow(() => readReceived(Buffer.from(many)))
})
