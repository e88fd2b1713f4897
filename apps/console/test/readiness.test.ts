import { expect, test } from 'vitest'
import type { Sender } from '../src/api/types.ts'
import { consequenceOf } from '../src/pages/feedback/consequence.ts'
import { domainOfSender, tlsLight } from '../src/pages/sender/readiness.ts'
import { bodyOfSender } from '../src/pages/sender/sender-body.ts'

const smtp = (tls: 'required' | 'implicit' | 'none') => ({ host: 'mx.example.com', port: 587, tls, username: '' })

test.each([
  ['STARTTLS that is required', 'smtp', smtp('required'), 'pass'],
  ['TLS from the first byte', 'smtp', smtp('implicit'), 'pass'],
  ['no encryption', 'smtp', smtp('none'), 'warn'],
  ['a provider’s API', 'ses', null, 'pass'],
  ['the sandbox', 'sandbox', null, 'skipped'],
] as const)('the light for TLS with %s', (_, kind, settings, state) => {
  expect(tlsLight({ kind, smtp: settings }).state).toBe(state)
})

test('the domain of a sender is that of its address, in lower case', () => {
  expect(domainOfSender({ fromEmail: 'Hello@Mail.Example.com' })).toBe('mail.example.com')
})

test('a change sends back everything but what the server alone decides', () => {
  const sender: Sender = {
    id: 'id',
    name: 'Newsletter',
    fromName: 'Northwind',
    fromEmail: 'hello@example.com',
    replyTo: '',
    postalAddress: '1 Harbour Street',
    trackingDomain: 'links.example.com',
    kind: 'smtp',
    smtp: smtp('required'),
    hasPassword: true,
    messagesPerSecond: 40,
    pacing: { destinations: { google: 5 }, warmUp: null, window: null },
    returnPathDomain: 'bounces.example.com',
    provider: null,
    hasSigningKey: false,
    fallbackSenderIds: ['other'],
    eventsUrl: null,
    trouble: null,
    createdAt: '2026-11-26T12:00:00.000Z',
  }
  const { id, hasPassword, hasSigningKey, eventsUrl, trouble, createdAt, ...kept } = sender
  expect(bodyOfSender(sender)).toEqual(kept)
})

test.each([
  ['bounced', true, 'Suppressed'],
  ['bounced', false, 'Written to again'],
  ['complained', false, 'Suppressed'],
  ['replied', false, '–'],
] as const)('of one that %s, hard %s, follows: %s', (kind, hard, words) => {
  expect(consequenceOf({ kind, hard })).toBe(words)
})
