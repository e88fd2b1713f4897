import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyReply, type ReplyStage, replyOf } from './classify.ts'

/** Stage, reply, class, reason, hard. */
const cases: readonly (readonly [ReplyStage, string, string, string, boolean])[] = [
  ['content', '250 2.0.0 Ok: queued as 4F', 'accepted', 'undefined', false],
  [
    'rcpt',
    '550 5.1.1 <a@x.example>: Recipient address rejected: User unknown in virtual mailbox table',
    'permanent',
    'userunknown',
    true,
  ],
  ['rcpt', '550 No such user here', 'permanent', 'userunknown', true],
  [
    'rcpt',
    '550-5.1.1 The email account that you tried to reach does not exist. Please try',
    'permanent',
    'userunknown',
    true,
  ],
  ['rcpt', '550 5.1.2 Bad destination host', 'permanent', 'hostunknown', true],
  ['rcpt', '551 5.1.6 User has moved', 'permanent', 'hasmoved', true],
  ['rcpt', '556 5.1.10 Domain does not accept mail (null MX)', 'permanent', 'notaccept', true],
  ['rcpt', '552 5.2.2 Mailbox full', 'permanent', 'mailboxfull', false],
  ['rcpt', '452 4.2.2 The email account that you tried to reach is over quota', 'transient', 'mailboxfull', false],
  ['rcpt', '550 5.2.1 The email account that you tried to reach is disabled', 'permanent', 'suspend', false],
  ['rcpt', '450 4.1.1 User unknown, maybe', 'transient', 'userunknown', false],
  ['content', '550 User unknown', 'permanent', 'filtered', false],
  ['mail', '550 5.1.8 Sender address rejected: Domain not found', 'policy', 'rejected', false],
  ['mail', '550 No such user', 'policy', 'rejected', false],
  [
    'content',
    '550 5.7.1 Our system has detected that this message is likely unsolicited mail',
    'policy',
    'spamdetected',
    false,
  ],
  [
    'content',
    '550 5.7.26 This mail is unauthenticated, which poses a security risk; SPF did not pass',
    'policy',
    'authfailure',
    false,
  ],
  [
    'content',
    '550 5.7.515 Access denied, sending domain does not meet the required authentication level',
    'policy',
    'authfailure',
    false,
  ],
  ['content', '554 5.7.1 Message cannot be accepted, virus found', 'policy', 'virusdetected', false],
  ['content', '552 5.3.4 Message size exceeds fixed limit', 'permanent', 'mesgtoobig', false],
  [
    'rcpt',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'policy',
    'blocked',
    false,
  ],
  ['rcpt', '554 5.7.1 Relay access denied', 'policy', 'norelaying', false],
  ['rcpt', '550 5.7.25 The IP address sending this message does not have a PTR record', 'policy', 'requireptr', false],
  [
    'mail',
    '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints',
    'throttled',
    'badreputation',
    false,
  ],
  [
    'rcpt',
    '450 4.2.1 The user you are trying to contact is receiving mail too quickly',
    'throttled',
    'speeding',
    false,
  ],
  ['content', '421 4.7.28 Our system has detected an unusual rate of unsolicited mail', 'throttled', 'speeding', false],
  ['connect', '421 4.7.0 Too many concurrent SMTP connections', 'throttled', 'toomanyconn', false],
  ['rcpt', '451 4.3.0 Temporary lookup failure', 'transient', 'systemerror', false],
  ['rcpt', '450 4.7.1 Greylisted, try again in 300 seconds', 'transient', 'blocked', false],
  ['content', '451 4.3.2 System not accepting network messages', 'transient', 'notaccept', false],
]

for (const [stage, text, kind, reason, hard] of cases) {
  test(`at ${stage}, "${text.slice(0, 70)}" is ${kind}, ${reason}${hard ? ', hard' : ''}`, () => {
    const verdict = classifyReply(replyOf(stage, text))
    assert.deepEqual(
      { class: verdict.class, reason: verdict.reason, hard: verdict.hard },
      { class: kind, reason, hard },
    )
  })
}

test('no answer to the content is ambiguous, no answer before it passes', () => {
  const none = { code: null, enhanced: null, text: 'The connection was closed' }
  assert.equal(classifyReply({ ...none, stage: 'content' }).class, 'ambiguous')
  assert.equal(classifyReply({ ...none, stage: 'rcpt' }).class, 'transient')
})

test('words of others do not decide: mailbox names and links', () => {
  const verdict = classifyReply(
    replyOf('rcpt', '550 5.1.1 <spam-blocked-virus@x.example> unknown user, see https://x.example/spam/policy'),
  )
  assert.equal(verdict.reason, 'userunknown')
})

test('how to treat who asked for less is read where it is told', () => {
  const held = (text: string) => classifyReply(replyOf('rcpt', text)).hold
  const tss04 = '421 4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume'
  assert.deepEqual(held(tss04), { kind: 'suspended', forMs: 7_200_000 })
  const deferred = '421 4.7.0 Messages from 192.0.2.1 temporarily deferred due to user complaints'
  assert.deepEqual(held(deferred), { kind: 'slowed', forMs: 5_400_000 })
  assert.deepEqual(held('452 4.3.1 Too many messages, try again in 10 minutes'), { kind: 'suspended', forMs: 600_000 })
  assert.deepEqual(held('421 4.7.28 An unusual rate of mail was detected'), { kind: 'slowed', forMs: 900_000 })
  assert.equal(held('450 4.2.1 The user you are trying to contact is receiving mail too quickly'), null)
  assert.equal(held('550 5.1.1 User unknown'), null)
})
