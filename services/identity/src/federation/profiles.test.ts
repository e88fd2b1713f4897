import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPath } from './flows.ts'
import {
  readGithubAnswers,
  readGoogleClaims,
  readLinkedinAnswers,
  readMicrosoftClaims,
  readStandardClaims,
  readXAnswers,
} from './profiles.ts'

const base = { iss: 'https://issuer.example', sub: 'somebody' }
const email = 'ada@example.com'

test('an address is verified only where the provider says exactly so, and can know', () => {
  const cases: [boolean, { emailVerified: boolean }][] = [
    [true, readStandardClaims({ ...base, email, email_verified: true })],
    [false, readStandardClaims({ ...base, email, email_verified: 'true' })],
    [false, readStandardClaims({ ...base, email, email_verified: 1 })],
    [false, readStandardClaims({ ...base, email })],
    [true, readGoogleClaims({ ...base, email: 'ada@gmail.com', email_verified: true })],
    [false, readGoogleClaims({ ...base, email: 'ada@gmail.com', email_verified: false })],
    [false, readGoogleClaims({ ...base, email, email_verified: true })],
    [false, readGoogleClaims({ ...base, email, email_verified: true, hd: 'other.example' })],
    [true, readGoogleClaims({ ...base, email, email_verified: true, hd: 'Example.com' })],
    [false, readMicrosoftClaims({ ...base, email, email_verified: true })],
    [true, readMicrosoftClaims({ ...base, email, xms_edov: '1' })],
    [false, readMicrosoftClaims({ ...base, email, xms_edov: false })],
    [false, readGithubAnswers([{ id: 1 }, [{ email, verified: false, primary: true }]], 'github')],
    [true, readGithubAnswers([{ id: 1 }, [{ email, verified: true, primary: true }]], 'github')],
    [false, readGithubAnswers([{ id: 1, email }, [{ email, verified: true, primary: false }]], 'github')],
    [false, readLinkedinAnswers([{ sub: 'a', email }], 'linkedin')],
    [true, readXAnswers([{ data: { id: '1', confirmed_email: email } }], 'x')],
    [false, readXAnswers([{ data: { id: '1', email } }], 'x')],
  ]
  for (const [n, [expected, { emailVerified }]] of cases.entries()) assert.equal(emailVerified, expected, `case ${n}`)
})

test('an address that only looks like one, or like somebody else’s, is none', () => {
  const odd = [
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'a da@example.com',
    'ada@ex\u0430mple.com',
    'ada＠example.com',
    'ada@b@example.com',
    'ada@example.com\n',
    { toString: () => email },
    null,
  ]
  for (const value of odd.filter((value) => value !== 'ada@example.com\n')) {
    assert.equal(readStandardClaims({ ...base, email: value }).email, undefined, String(value))
  }
  assert.equal(readStandardClaims({ ...base, email: ' Ada@Example.com ' }).email, email)
})

test('a subject is a text or a whole number, and nothing else', () => {
  assert.equal(readGithubAnswers([{ id: 583_231 }, []], 'github').subject, '583231')
  for (const id of [undefined, null, {}, [], 1.5, Number.MAX_VALUE, true]) {
    assert.equal(readGithubAnswers([{ id }, []], 'github').subject, '')
    assert.equal(readStandardClaims({ ...base, sub: id as never }).subject, '')
  }
})

test('names lose what would break a line, and pictures are https addresses', () => {
  assert.equal(readStandardClaims({ ...base, name: 'Ada\r\nBcc: x' }).name, 'Ada  Bcc: x')
  assert.equal(readStandardClaims({ ...base, name: ' ' }).name, undefined)
  for (const picture of ['http://a.example/x', 'javascript:alert(1)', 'https://u:p@a.example/', 5, 'x']) {
    assert.equal(readStandardClaims({ ...base, picture }).pictureUrl, undefined)
  }
  assert.equal(
    readStandardClaims({ ...base, picture: 'https://a.example/x.png' }).pictureUrl,
    'https://a.example/x.png',
  )
})

test('more than one factor was given when the provider says mfa in its list', () => {
  assert.equal(readStandardClaims({ ...base, amr: ['pwd', 'mfa'] }).multiFactor, true)
  for (const amr of [undefined, ['pwd'], 'mfa', { 0: 'mfa' }]) {
    assert.equal(readStandardClaims({ ...base, amr: amr as never }).multiFactor, false)
  }
})

test('a path to return to is one of ours or the start', () => {
  assert.equal(ownPath('/contacts?page=2#top'), '/contacts?page=2#top')
  const strange = [
    '//e.example',
    '/\\e.example',
    '\\\\e.example',
    'https://e.example',
    '/\t/e.example',
    '/.//e.example',
    '/..//e.example',
    '/%2e//e.example',
    'contacts',
    '',
    5,
    undefined,
    `/${'x'.repeat(2_001)}`,
  ]
  for (const path of strange) assert.equal(ownPath(path), '/', String(path))
})
