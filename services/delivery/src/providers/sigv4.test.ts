import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signRequest } from './sigv4.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const scope = { region: 'us-east-1', service: 'service', now: new Date('2015-08-30T12:36:00Z') }

/** The cases of AWS's published test suite that this service has a use for, by their names there. */
const cases = [
  ['get-vanilla', 'GET', '/', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    {},
    '',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['post-vanilla', 'POST', '/', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-header-key-sort',
    'POST',
    '/',
    { 'My-Header1': 'value1' },
    '',
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  [
    'post-x-www-form-urlencoded',
    'POST',
    '/',
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
] as const

for (const [name, method, path, headers, body, signature] of cases) {
  test(`a request is signed as in the published case ${name}`, () => {
    const url = new URL(`https://example.amazonaws.com${path}`)
    const signed = signRequest(credentials, scope, { method, url, headers, body })
    assert.match(signed.authorization as string, /Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, /)
    assert.equal(/Signature=(\w+)$/.exec(signed.authorization as string)?.[1], signature)
    assert.equal(signed['x-amz-date'], '20150830T123600Z')
  })
}

test('any change of the body or of a signed header changes the signature', () => {
  const url = new URL('https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails')
  const sign = (body: string, type: string) =>
    signRequest(credentials, scope, { method: 'POST', url, headers: { 'content-type': type }, body }).authorization
  assert.notEqual(sign('{}', 'application/json'), sign('{ }', 'application/json'))
  assert.notEqual(sign('{}', 'application/json'), sign('{}', 'text/plain'))
})
