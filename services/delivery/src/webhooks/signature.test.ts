import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { corpus } from '@fanfare/testkit'
import { newSecret, signedHeaders } from './signature.ts'

interface Vector {
  readonly provider: string
  readonly secret: string
  readonly id: string
  readonly timestamp: number
  readonly body: string
  readonly signature: string
}

test('signs as the published vector of Standard Webhooks has it', (t) => {
  const file = corpus('webhooks/webhook-vectors.json')
  if (file === undefined) return t.skip('the vectors of webhooks are not on this machine')
  const vectors = (JSON.parse(readFileSync(file, 'utf8')) as Vector[]).filter(
    ({ provider }) => provider === 'standard-webhooks',
  )
  assert.ok(vectors.length > 0)
  for (const { secret, id, timestamp, body, signature } of vectors) {
    const headers = signedHeaders({ id, payload: body }, [secret], new Date(timestamp * 1_000 + 999))
    assert.deepEqual(headers, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    })
  }
})

test('two secrets make two signatures, with the current one first', () => {
  const [old, current] = [newSecret(), newSecret()]
  const message = { id: 'msg_1', payload: '{"a":1}' }
  const at = new Date('2026-01-01T00:00:00Z')
  const of = (secrets: string[]) => signedHeaders(message, secrets, at)['webhook-signature']
  assert.equal(of([current, old]), `${of([current])} ${of([old])}`)
  assert.notEqual(of([current]), of([old]))
})

test('a secret has 32 random bytes behind whsec_', () => {
  const made = Array.from({ length: 100 }, newSecret)
  assert.equal(new Set(made).size, 100)
  for (const secret of made) {
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.equal(Buffer.from(secret.slice(6), 'base64').length, 32)
  }
})
