import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Keys } from '@fanfare/kernel'
import type { TestApp } from '@fanfare/testkit'
import { type CryptoKey, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createSigningKeys } from '../src/access-tokens/signing-keys.ts'
import { Config } from '../src/config.ts'
import type { Schema } from '../src/store/schema.ts'
import { bootIdentity, buildOwner, password } from './factories.ts'

let app: TestApp
let good: { accessToken: string; sessionId: string; userId: string }
let ours: { id: string; key: CryptoKey }
before(async () => {
  app = await bootIdentity()
  const { email, userId } = await buildOwner(app)
  const { body } = await app.anonymous.post('/v1/tokens', { email, password })
  good = { accessToken: body.accessToken, sessionId: decodeJwt(body.accessToken).sid as string, userId }
  // What only a thief of the whole installation has: it shows that each check stands by itself.
  const deps = { db: app.db.as<Schema>(), clock: app.clock, keys: app.get(Keys), config: Config.parse({}) }
  ours = await createSigningKeys(deps).signing()
})
after(() => app.stop())

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

async function refused(token: string, why: string): Promise<void> {
  const reply = await app.anonymous.get('/v1/me', { authorization: `Bearer ${token}` })
  assert.deepEqual([reply.status, reply.body?.code], [401, 'identity.token_wrong'], why)
}

/** A token with our own key, all right but for what is changed. */
function signed(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key = ours.key) {
  const base = { ...decodeJwt(good.accessToken), ...claims }
  return new SignJWT(base).setProtectedHeader({ alg: 'EdDSA', kid: ours.id, typ: 'at+jwt', ...header }).sign(key)
}

test('the token that the attacks start from is good', async () => {
  for (const token of [good.accessToken, await signed()]) {
    assert.equal((await app.anonymous.get('/v1/me', { authorization: `Bearer ${token}` })).status, 200)
  }
})

test('a token without a signature, or with another algorithm, is refused (ASVS 9.1.2)', async () => {
  const [, payload] = good.accessToken.split('.')
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
    const header = encode({ ...decodeProtectedHeader(good.accessToken), alg })
    await refused(`${header}.${payload}.`, alg)
    await refused(`${header}.${payload}.${good.accessToken.split('.')[2]}`, alg)
  }
  await refused(good.accessToken.replace(/[^.]+$/, ''), 'the signature is cut off')
})

test('the public key is no shared secret: HMAC with it is refused (ASVS 9.1.2)', async () => {
  const { body } = await app.anonymous.get('/.well-known/jwks.json')
  const jwk = body.keys[0]
  const [, payload] = good.accessToken.split('.')
  const secrets = [jwk.x, Buffer.from(jwk.x, 'base64url'), JSON.stringify(jwk), ours.id]
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    for (const secret of secrets) {
      const signing = `${encode({ alg, kid: ours.id, typ: 'at+jwt' })}.${payload}`
      const mac = createHmac(`sha${alg.slice(2)}`, secret)
        .update(signing)
        .digest('base64url')
      await refused(`${signing}.${mac}`, alg)
    }
  }
})

test('a key that the token names or brings along is not looked at (ASVS 9.1.3)', async () => {
  const own = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(own.publicKey)
  const url = 'https://evil.example/keys.json'
  for (const header of [{ jwk }, { jku: url }, { x5u: url }, { x5c: ['MIIB'] }, { kid: randomUUID() }, {}]) {
    await refused(await signed({}, header, own.privateKey as CryptoKey), JSON.stringify(header))
  }
})

test('a key id is looked up among our keys and nowhere else (ASVS 9.1.3)', async () => {
  const ids = [
    '../../../../dev/null',
    '/dev/null',
    'file:///etc/passwd',
    "' union select public_key from identity.signing_key --",
    `${ours.id}'--`,
    `${ours.id}\0`,
    '__proto__',
    'x'.repeat(43),
    'x'.repeat(10_000),
    '',
  ]
  for (const kid of ids) await refused(await signed({}, { kid }), kid)
  for (const kid of [1, null, {}, [ours.id]]) {
    const [, payload, signature] = good.accessToken.split('.')
    await refused(`${encode({ alg: 'EdDSA', kid, typ: 'at+jwt' })}.${payload}.${signature}`, JSON.stringify(kid))
  }
})

test('a token of another use, place or time is refused, though our key signed it (ASVS 9.2.1, 9.2.2, 9.2.3)', async () => {
  const now = Math.floor(app.clock.now().getTime() / 1_000)
  const wrongs: Record<string, unknown>[] = [
    { aud: 'fanfare:service' },
    { aud: 'https://other.example' },
    { aud: ['fanfare:api', 'https://other.example'] },
    { aud: undefined },
    { iss: `urn:fanfare:${randomUUID()}` },
    { iss: undefined },
    { exp: now - 60 },
    { exp: undefined },
    { exp: 'tomorrow' },
    { nbf: now + 60 },
    { iat: now + 3_600 },
    { iat: undefined },
    { jti: undefined },
    { sub: undefined },
    { sub: randomUUID() },
    { sub: "' or true --" },
    { sid: undefined },
    { sid: randomUUID() },
    { sid: 'x' },
    { ver: undefined },
    { ver: '1' },
    { ver: 2 },
    { ver: 1.5 },
  ]
  for (const claims of wrongs) await refused(await signed(claims), JSON.stringify(claims))
  for (const typ of ['JWT', 'service+jwt', 'logout+jwt', undefined])
    await refused(await signed({}, { typ }), String(typ))
})

test('a token of another installation is refused, whatever it says', async () => {
  await using other = await bootIdentity()
  const { email } = await buildOwner(other)
  const { body } = await other.anonymous.post('/v1/tokens', { email, password })
  await refused(body.accessToken, 'as it is')
  const deps = { db: other.db.as<Schema>(), clock: other.clock, keys: other.get(Keys), config: Config.parse({}) }
  const theirs = await createSigningKeys(deps).signing()
  await refused(await signed({}, {}, theirs.key), 'with our names on it')
})

test('a token that can be read in two ways is refused, though our key signed it (ASVS 9.1.1)', async () => {
  const claims = JSON.stringify(decodeJwt(good.accessToken))
  const header = JSON.stringify({ alg: 'EdDSA', kid: ours.id, typ: 'at+jwt' })
  const twice = `{"sub":"${randomUUID()}",${claims.slice(1)}`
  const spaced = claims.replace('{', '{ ')
  const escaped = claims.replace('"sub"', '"\\u0073ub"')
  for (const text of [twice, spaced, escaped]) await refused(await signRaw(header, text), text)
  await refused(await signRaw(header.replace('{', '{"alg":"none",'), claims), 'two algorithms')
  const [head, payload, signature] = good.accessToken.split('.') as [string, string, string]
  await refused(`${head}.${payload}.${signature}=`, 'padding')
  await refused(`${head}.${payload}=.${signature}`, 'padding')
  await refused(`${head}.${payload}.${twinOf(signature)}`, 'spare bits of the last character')
  await refused(`${good.accessToken}.${signature}`, 'a fourth part')
})

async function signRaw(header: string, payload: string): Promise<string> {
  const text = `${encode(header)}.${encode(payload)}`
  const signature = await crypto.subtle.sign('Ed25519', ours.key, Buffer.from(text))
  return `${text}.${Buffer.from(signature).toString('base64url')}`
}

/** The last of 86 characters holds four bits that a lenient reader drops. */
function twinOf(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(signature.at(-1) as string)
  return signature.slice(0, -1) + alphabet[last ^ 1]
}

test('one changed character anywhere makes it another’s token', async () => {
  const { accessToken } = good
  for (let index = 0; index < accessToken.length; index += 7) {
    const wrong = accessToken[index] === 'A' ? 'B' : 'A'
    if (accessToken[index] === '.') continue
    await refused(accessToken.slice(0, index) + wrong + accessToken.slice(index + 1), String(index))
  }
})

test('GHSA-8fpg-xm3f-6cx3: a malformed Authorization header is no credential and no failure of ours', async () => {
  const headers = [
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer  ',
    'Bearer .',
    'Bearer ..',
    'Bearer a.b.c',
    'Bearer a.b',
    'Bearer a.b.c.d.e',
    'Bearer ffr_x',
    'Bearer ff_',
    'Bearer null',
    'Bearer undefined',
    'Bearer \u00fc\u00ff',
    `Bearer ${'a'.repeat(8_000)}`,
    `Bearer ${encode('{')}.${encode('{')}.x`,
    `Bearer ${encode('null')}.${encode('null')}.x`,
    `Bearer ${encode('[]')}.${encode('1')}.x`,
    'Basic dXNlcjpwYXNz',
    'Digest username="a"',
    'Negotiate YII=',
    `bearer${good.accessToken}`,
    `Bearer ${good.accessToken} ${good.accessToken}`,
    `Bearer ${good.accessToken}, Bearer ${good.accessToken}`,
    `Basic ${good.accessToken}`,
  ]
  for (const authorization of headers) {
    const status = await statusOf(`GET /v1/me HTTP/1.1\r\nAuthorization: ${authorization}`)
    assert.equal(status, 401, authorization.slice(0, 60))
  }
  const twice = `GET /v1/me HTTP/1.1\r\nAuthorization: Basic eDp5\r\nAuthorization: Bearer ${good.accessToken}`
  assert.equal(await statusOf(twice), 401)
  const control = await statusOf(`GET /v1/me HTTP/1.1\r\nAuthorization: Bearer \0${good.accessToken}`)
  assert.equal(control, 400, 'Node refuses what is no header')
})

/** Sends bytes that no client of HTTP would. */
function statusOf(head: string): Promise<number> {
  const { hostname, port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`, 'latin1')
    })
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(Number(said.split(' ')[1])))
  })
}
