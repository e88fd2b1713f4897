import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Approvable, fingerprintOf } from './fingerprint.ts'

const approved: Approvable = {
  senderId: 's',
  audience: { kind: 'list', listId: 'l' },
  holdoutPercent: 5,
  variants: [
    { label: 'A', emailId: 'e1', revision: 3, share: 60 },
    { label: 'B', emailId: 'e2', revision: 1, share: 40 },
  ],
}
const [a, b] = approved.variants as [Approvable['variants'][number], Approvable['variants'][number]]

const changes: Record<string, Approvable> = {
  'another sender': { ...approved, senderId: 't' },
  'no audience': { ...approved, audience: null },
  'another list': { ...approved, audience: { kind: 'list', listId: 'm' } },
  'another holdout': { ...approved, holdoutPercent: 6 },
  'an edited email': { ...approved, variants: [{ ...a, revision: 4 }, b] },
  'another email': { ...approved, variants: [{ ...a, emailId: 'e3' }, b] },
  'another share': {
    ...approved,
    variants: [
      { ...a, share: 59 },
      { ...b, share: 41 },
    ],
  },
  'another order': { ...approved, variants: [b, a] },
  'one variant less': { ...approved, variants: [a] },
}

for (const [name, changed] of Object.entries(changes)) {
  test(`${name} changes the fingerprint`, () => {
    assert.notEqual(fingerprintOf(changed), fingerprintOf(approved))
  })
}

test('the order of keys and fields that nobody approves do not change the fingerprint', () => {
  const reordered = {
    variants: approved.variants.map(({ label, emailId, revision, share }) => ({
      share,
      revision,
      emailId,
      label,
      id: 'x',
    })),
    holdoutPercent: 5,
    audience: { listId: 'l', kind: 'list' as const },
    senderId: 's',
    name: 'not part of it',
  }
  assert.equal(fingerprintOf(reordered), fingerprintOf(approved))
})
