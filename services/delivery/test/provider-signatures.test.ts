import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Clock, Egress, EgressRequest } from '@fanfare/kernel'
import { corpus } from '@fanfare/testkit'
import { readMailgun } from '../src/provider-events/mailgun.ts'
import { sendGridFault } from '../src/provider-events/sendgrid.ts'
import { readSes } from '../src/provider-events/ses.ts'
import { chainFault, createSnsCertificates, isSigningCertUrl } from '../src/provider-events/sns-certificates.ts'
import { buildCertificate } from './doubles/certificate.ts'

interface Vector {
  readonly provider: string
  readonly name?: string
  readonly publicKey: string
  readonly timestamp: string
  readonly body: string
  readonly signature: string
  readonly expect: boolean
}

const missing = 'the corpus of webhooks is not on this machine'
const read = (name: string) => {
  const found = corpus(`webhooks/${name}`)
  return found && readFileSync(found, 'utf8')
}

const headersOf = ({ signature, timestamp }: Pick<Vector, 'signature' | 'timestamp'>) => ({
  'x-twilio-email-event-webhook-signature': signature,
  'x-twilio-email-event-webhook-timestamp': timestamp,
})
const secondsOf = (text: string) => new Date(Number(text) * 1_000)

test('SendGrid’s published signatures hold, and none of a body or signature that differs in one bit', (t) => {
  const text = read('webhook-vectors.json')
  if (text === undefined) return t.skip(missing)
  const vectors = (JSON.parse(text) as Vector[]).filter(({ provider }) => provider === 'sendgrid')
  assert.equal(vectors.length, 2)
  for (const vector of vectors) {
    const { publicKey, body, timestamp, signature, expect } = vector
    const now = secondsOf(timestamp)
    const isGood = (bytes: Buffer, headers = headersOf(vector)) =>
      sendGridFault(publicKey, headers, bytes, now) === undefined
    const bytes = Buffer.from(body)
    assert.equal(isGood(bytes), expect)
    assert.equal(isGood(Buffer.from(JSON.stringify(JSON.parse(body)))), false, 'written anew')
    assert.equal(isGood(bytes.subarray(0, -2)), false, 'without its line end')
    for (let bit = 0; bit < bytes.length * 8; bit += 5) assert.equal(isGood(flip(bytes, bit)), false, `bit ${bit}`)
    const raw = Buffer.from(signature, 'base64')
    for (let bit = 0; bit < raw.length * 8; bit++) {
      const changed = headersOf({ timestamp, signature: flip(raw, bit).toString('base64') })
      assert.equal(isGood(bytes, changed), false, `bit ${bit} of the signature`)
    }
    const later = headersOf({ signature, timestamp: String(Number(timestamp) + 1) })
    assert.equal(isGood(bytes, later), false, 'another timestamp')
  }
})

function flip(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
  return copy
}

test('SendGrid’s signature counts for five minutes, with the key of the sender, on a P-256 curve', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const body = Buffer.from('[]\r\n')
  const at = new Date('2026-03-01T10:00:00Z')
  const timestamp = String(at.getTime() / 1_000)
  const headers = headersOf({
    timestamp,
    signature: sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey).toString('base64'),
  })
  const faultAt = (seconds: number, other = key) =>
    sendGridFault(other, headers, body, new Date(at.getTime() + seconds * 1_000))
  for (const seconds of [-300, 0, 300]) assert.equal(faultAt(seconds), undefined)
  for (const seconds of [-301, 301, 86_400]) assert.match(faultAt(seconds) ?? '', /five minutes/)
  assert.match(faultAt(0, '') ?? '', /no verification key/)
  assert.match(faultAt(0, 'bm90IGEga2V5') ?? '', /not by the key/)
  const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  const foreign = other.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  assert.match(faultAt(0, foreign) ?? '', /not by the key/)
  assert.match(sendGridFault(key, {}, body, at) ?? '', /not signed/)
})

test('Mailgun’s signature counts for five minutes and with the sender’s key only', () => {
  const [key, at] = ['signing-key', new Date('2026-03-01T10:00:00Z')]
  const timestamp = String(at.getTime() / 1_000)
  const token = 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0'
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex')
  const post = (change: Record<string, unknown> = {}, now = at, by = key) =>
    readMailgun(by, Buffer.from(JSON.stringify({ signature: { timestamp, token, signature, ...change } })), now)
  assert.deepEqual(post(), { once: `mailgun:${token}`, notices: [] })
  const refused = { code: 'delivery.events_unsigned' }
  assert.throws(() => post({}, at, 'another key'), refused)
  assert.throws(() => post({}, new Date(at.getTime() + 301_000)), refused)
  assert.throws(() => post({ timestamp: String(Number(timestamp) + 1) }), refused)
  assert.throws(() => post({ token: token.replace('a', 'b') }), refused)
  for (const wrong of ['', 'zz', signature.slice(1), `${signature}00`, [signature], { a: 1 }, null]) {
    assert.throws(() => post({ signature: wrong }), refused, JSON.stringify(wrong))
  }
  for (const text of ['', '[', 'null', '"text"', '[]']) {
    assert.throws(() => readMailgun(key, Buffer.from(text), at), /cannot be read|not taken/, text)
  }
})

const topic = 'arn:aws:sns:eu-central-1:573964052742:keila_notifications'
const silent = { info() {}, warn() {} } as never

function snsAt(now: string, pem: string | undefined) {
  const asked: string[] = []
  const fetch = async (url: string, _request?: EgressRequest) => {
    asked.push(url)
    if (!url.endsWith('.pem')) return new Response('<ok/>')
    return pem === undefined ? new Response('', { status: 404 }) : new Response(pem)
  }
  const egress: Pick<Egress, 'fetch'> = { fetch }
  const clock: Clock = { now: () => new Date(now) }
  return { asked, deps: { egress, clock, log: silent, snsCertificates: createSnsCertificates({ egress, clock }) } }
}

test('real messages of SNS hold at their time, and not when anything of them differs', async (t) => {
  const [pem, bounce, subscription] = [
    'sns-cert.pem',
    'sns-ses-bounce.signed.json',
    'sns-subscription.signed.json',
  ].map(read)
  if (pem === undefined || bounce === undefined || subscription === undefined) return t.skip(missing)
  const { asked, deps } = snsAt('2021-11-01T08:31:10Z', pem)
  const told = await readSes(deps, [topic], Buffer.from(bounce))
  assert.deepEqual(
    told.notices.map(({ kind, hard, reason, status }) => ({ kind, hard, reason, status })),
    [{ kind: 'bounced', hard: true, reason: 'userunknown', status: '5.1.1' }],
  )
  assert.match(told.once ?? '', /^sns:e2857e84-/)
  await readSes(deps, [topic], Buffer.from(subscription))
  assert.equal(asked.length, 2, 'one certificate, one confirmation')
  const confirmed = new URL(asked[1] as string)
  assert.equal(confirmed.origin, 'https://sns.eu-central-1.amazonaws.com')
  assert.equal(confirmed.searchParams.get('TopicArn'), topic)
  const message = JSON.parse(bounce) as Record<string, string>
  for (const name of ['Message', 'MessageId', 'Subject', 'Timestamp', 'Signature']) {
    const changed = { ...message, [name]: `${name === 'Signature' ? 'A' : ''}${message[name]}x` }
    const refused = readSes(deps, [topic], Buffer.from(JSON.stringify(changed)))
    await assert.rejects(refused, { code: 'delivery.events_unsigned' }, name)
  }
  const renamed = { ...message, SubscribeURL: 'https://evil.example/', Type: 'SubscriptionConfirmation', Token: 'x' }
  await assert.rejects(readSes(deps, [topic], Buffer.from(JSON.stringify(renamed))), {
    code: 'delivery.events_unsigned',
  })
  assert.equal(asked.length, 2)
  await assert.rejects(readSes(deps, [`${topic}2`], Buffer.from(bounce)), { code: 'delivery.events_foreign' })
  assert.equal(asked.length, 2, 'another topic costs no call')
})

test('a certificate of SNS that has run out, or is not valid yet, proves nothing', async (t) => {
  const [pem, bounce] = ['sns-cert.pem', 'sns-ses-bounce.signed.json'].map(read)
  if (pem === undefined || bounce === undefined) return t.skip(missing)
  for (const now of ['2021-09-06T23:59:59Z', '2022-08-18T00:00:01Z', '2026-03-01T00:00:00Z']) {
    const { deps } = snsAt(now, pem)
    await assert.rejects(readSes(deps, [topic], Buffer.from(bounce)), /good from .* only/, now)
  }
  const { deps } = snsAt('2021-11-01T08:31:10Z', undefined)
  await assert.rejects(readSes(deps, [topic], Buffer.from(bounce)), { code: 'delivery.events_unverified' })
})

test('a certificate is asked for at SNS in the region of the topic only', () => {
  const file = 'SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem'
  assert.equal(isSigningCertUrl(`https://sns.eu-central-1.amazonaws.com/${file}`, topic), true)
  const chinese = topic.replace('aws', 'aws-cn').replace('eu-central-1', 'cn-north-1')
  assert.equal(isSigningCertUrl(`https://sns.cn-north-1.amazonaws.com.cn/${file}`, chinese), true)
  const wrong = [
    `http://sns.eu-central-1.amazonaws.com/${file}`,
    `https://sns.us-east-1.amazonaws.com/${file}`,
    `https://sns.eu-central-1.amazonaws.com.evil.example/${file}`,
    `https://sns.eu-central-1.amazonaws.com@evil.example/${file}`,
    `https://evil.example/sns.eu-central-1.amazonaws.com/${file}`,
    `https://sns.eu-central-1.amazonaws.com:8443/${file}`,
    `https://sns.eu-central-1.amazonaws.com/../${file}`,
    `https://sns.eu-central-1.amazonaws.com/${file}?x`,
    `https://sns.eu-central-1.amazonaws.com/a/${file}`,
    `https://sns-eu-central-1.s3.amazonaws.com/${file}`,
    `https://snsxeu-central-1.amazonaws.com/${file}`,
    `https://sns.eu-central-1.amazonaws.com/${file}\n`,
    '',
  ]
  for (const url of wrong) assert.equal(isSigningCertUrl(url, topic), false, url)
  assert.equal(
    isSigningCertUrl(`https://sns.eu-central-1.amazonaws.com/${file}`, 'arn:aws:sqs:eu-central-1:1:x'),
    false,
  )
})

test('certificates count when they are SNS’s own, strong, current, and issue one another', () => {
  const now = new Date('2026-06-01T00:00:00Z')
  const host = 'sns.eu-central-1.amazonaws.com'
  const authority = buildCertificate({ host: 'An authority', isAuthority: true })
  const leaf = buildCertificate({ issuer: authority })
  const faultOf = (...chain: readonly { pem: string }[]) =>
    chainFault(
      chain.map(({ pem }) => new X509Certificate(pem)),
      host,
      now,
    )
  assert.equal(faultOf(buildCertificate()), undefined)
  assert.equal(faultOf(leaf, authority), undefined)
  assert.equal(faultOf(buildCertificate({ host })), undefined)
  assert.match(faultOf() ?? '', /no certificate/)
  assert.match(faultOf(buildCertificate({ host: 'sns.evil.example' })) ?? '', /somebody else/)
  assert.match(faultOf(buildCertificate({ isAuthority: true })) ?? '', /issues others/)
  assert.match(faultOf(buildCertificate({ bits: 1_024 })) ?? '', /too short/)
  assert.match(faultOf(buildCertificate({ to: '2026-05-31' })) ?? '', /good from/)
  assert.match(faultOf(leaf, buildCertificate({ host: 'An authority', isAuthority: true })) ?? '', /do not issue/)
  assert.match(faultOf(leaf, buildCertificate({ host: 'Another', isAuthority: true })) ?? '', /do not issue/)
  const old = buildCertificate({ host: 'An authority', isAuthority: true, to: '2026-05-31' })
  assert.match(faultOf(buildCertificate({ issuer: old }), old) ?? '', /good from/)
  assert.equal(createPublicKey(leaf.privateKey).asymmetricKeyType, 'rsa')
})

test('who guesses addresses of certificates makes few calls', async () => {
  const { asked, deps } = snsAt('2026-06-01T00:00:00Z', undefined)
  for (let index = 0; index < 100; index++) {
    const url = `https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-${String(index).padStart(32, '0')}.pem`
    await assert.rejects(deps.snsCertificates.get(url, topic), { code: 'delivery.events_unverified' })
  }
  assert.equal(asked.length, 20)
})
