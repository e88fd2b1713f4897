import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TokenPurpose } from './token.ts'
import { createTokenMaker, decodeToken, encodeToken } from './tokens.ts'

/** Signs with the first secret, and takes what was signed with any. */
function keysOf(...secrets: string[]) {
  const signWith = (secret: string, purpose: string, payload: Uint8Array) =>
    createHmac('sha256', `${secret}/${purpose}`).update(payload).digest().subarray(0, 16)
  const signatures = (purpose: string, payload: Uint8Array) =>
    secrets.map((secret) => signWith(secret, purpose, payload))
  return {
    sign: (purpose: string, payload: Uint8Array) => signWith(secrets[0] as string, purpose, payload),
    signatures,
    verify: (purpose: string, payload: Uint8Array, signature: Uint8Array) =>
      signatures(purpose, payload).some((made) => signature.length === 16 && timingSafeEqual(made, signature)),
  }
}
const keys = keysOf('now')
const token = { tenantId: '0198c0de-0000-7000-8000-00000000000a', deliveryId: '0198c0de-0000-7000-8000-00000000000b' }
const click = { ...token, linkId: '00ff00ff00ff00ff' }
const purposes: TokenPurpose[] = ['click', 'open', 'unsubscribe', 'preferences']
const tokenOf = (purpose: TokenPurpose) => (purpose === 'click' ? click : token)

/** A token as the first releases made it. */
function encodeFirstForm(purpose: number, { tenantId, deliveryId, linkId = '' }: typeof token & { linkId?: string }) {
  const payload = Buffer.from(`0${purpose}${tenantId}${deliveryId}${linkId}`.replaceAll('-', ''), 'hex')
  return Buffer.concat([payload, keys.sign('delivery.link', payload)]).toString('base64url')
}

test('a token says what was put into it', () => {
  for (const purpose of purposes)
    assert.deepEqual(decodeToken(keys, purpose, encodeToken(keys, purpose, tokenOf(purpose))), tokenOf(purpose))
})

test('all tokens of a message made at once are those made one by one, for any ids', () => {
  const linkId = fc.stringMatching(/^[0-9a-f]{16}$/)
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.array(fc.uuid(), { minLength: 1, maxLength: 3 }),
      fc.array(linkId),
      (tenantId, deliveries, links) => {
        const make = createTokenMaker(keys, tenantId, links)
        for (const deliveryId of deliveries) {
          const one = { tenantId, deliveryId }
          assert.deepEqual(make(deliveryId), {
            unsubscribe: encodeToken(keys, 'unsubscribe', one),
            preferences: encodeToken(keys, 'preferences', one),
            open: encodeToken(keys, 'open', one),
            clicks: links.map((id) => encodeToken(keys, 'click', { ...one, linkId: id })),
          })
        }
      },
    ),
  )
})

test('a token of one purpose is no token of another, in the form of today and in the first', () => {
  for (const made of purposes) {
    const texts = [encodeToken(keys, made, tokenOf(made)), encodeFirstForm(purposes.indexOf(made) + 1, tokenOf(made))]
    for (const text of texts) {
      for (const asked of purposes.filter((purpose) => purpose !== made)) {
        assert.equal(decodeToken(keys, asked, text), undefined, `${made} as ${asked}`)
      }
    }
  }
})

test('no part of one token can be put into another', () => {
  const other = '0198c0de-0000-7000-8000-00000000000c'
  const make = createTokenMaker(keys, token.tenantId, [click.linkId, '0123456789abcdef'])
  const [mine, theirs] = [make(token.deliveryId), make(other)]
  const [first, second] = mine.clicks as [string, string]
  const mixed = [
    first.slice(0, 44) + second.slice(44, 55) + first.slice(55),
    theirs.open.slice(0, 44) + first.slice(44),
    `${mine.open.slice(0, 44)}${first.slice(44, 55)}${mine.open.slice(44)}`,
  ]
  for (const text of mixed) assert.equal(decodeToken(keys, 'click', text), undefined, text)
  const swapped = mine.unsubscribe.slice(0, 44) + mine.preferences.slice(44)
  assert.equal(decodeToken(keys, 'unsubscribe', swapped), undefined)
  assert.equal(decodeToken(keys, 'open', theirs.open.slice(0, 44) + mine.open.slice(44)), undefined)
})

test('changing any character of a token makes it worthless', () => {
  for (const purpose of purposes) {
    const text = encodeToken(keys, purpose, tokenOf(purpose))
    for (let at = 0; at < text.length; at++) {
      for (const other of 'AB-_z09') {
        if (other === text[at]) continue
        const changed = text.slice(0, at) + other + text.slice(at + 1)
        assert.equal(decodeToken(keys, purpose, changed), undefined, `${purpose} at ${at}`)
      }
    }
  }
})

test('cut, lengthened, re-spelled and foreign text is no token', () => {
  for (const purpose of purposes) {
    const text = encodeToken(keys, purpose, tokenOf(purpose))
    const forged = ['', text.slice(1), `${text}A`, `${text}=`, `${text} `, ` ${text.slice(1)}`, '../../etc/passwd']
    for (const one of [...forged, 'é'.repeat(text.length), '\0'.repeat(text.length), 'é'.repeat(87)]) {
      assert.equal(decodeToken(keys, purpose, one), undefined, one)
    }
  }
  assert.equal(decodeToken(keysOf('another'), 'open', encodeToken(keys, 'open', token)), undefined)
})

test('tokens of messages sent before work on: in their first form, and after the secret was replaced', () => {
  const rotated = keysOf('next', 'now')
  for (const [index, purpose] of purposes.entries()) {
    const said = tokenOf(purpose)
    assert.deepEqual(decodeToken(rotated, purpose, encodeFirstForm(index + 1, said)), said)
    assert.deepEqual(decodeToken(rotated, purpose, encodeToken(keys, purpose, said)), said)
    assert.deepEqual(decodeToken(rotated, purpose, encodeToken(rotated, purpose, said)), said)
  }
})

test('a token tells nothing of a person and is short', () => {
  const make = createTokenMaker(keys, token.tenantId, [click.linkId])
  const { open, unsubscribe, preferences, clicks } = make(token.deliveryId)
  assert.deepEqual(
    [open, unsubscribe, preferences, clicks[0]].map((text) => text?.length),
    [56, 68, 68, 67],
  )
})
