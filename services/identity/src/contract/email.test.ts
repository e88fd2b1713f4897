import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Email } from './email.ts'

const taken: readonly (readonly [given: string, form: string])[] = [
  ['ada@example.com', 'ada@example.com'],
  ['  Ada.Lovelace+list@Example.COM\n', 'ada.lovelace+list@example.com'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  // The decomposed form of ü: one letter for a person, two for a machine.
  ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
  // The Kelvin sign is a K.
  ['\u212aarl@example.com', 'karl@example.com'],
]
for (const [given, form] of taken) {
  test(`GHSA-7rqj-j65f-68wh: ${JSON.stringify(given)} is ${form} before it is judged`, () => {
    assert.equal(Email.parse(given), form)
    assert.equal(Email.parse(form), form)
  })
}

const refused = [
  'ada',
  '@example.com',
  'ada@',
  'ada@example',
  // A full-width @, which a normaliser that comes late makes into a second one.
  'ada\uff20evil.example@example.com',
  'ada@example.com\uff20evil.example',
  'ada@evil.example@example.com',
  'ada@example.com,eve@evil.example',
  'ada@example.com\r\nBcc: eve@evil.example',
  'ada\u0000@example.com',
  'ada\u200b@example.com',
  '"ada eve"@example.com',
  'ada@example\u3002com/evil',
  '<ada@example.com>',
  'аda@example.com',
]
for (const given of refused) {
  test(`GHSA-7rqj-j65f-68wh: ${JSON.stringify(given)} is no address`, () => {
    assert.equal(Email.safeParse(given).success, false)
  })
}
