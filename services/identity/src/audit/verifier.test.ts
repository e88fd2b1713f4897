import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord } from '../contract/audit.ts'
import { beginning, chainEntries, hashOf } from './chain.ts'
import type { CheckedCheckpoint } from './checkpoints.ts'
import { createVerifier } from './verifier.ts'

const tenantId = '0199aaaa-0000-7000-8000-000000000001'
const start = new Date('2026-03-01T09:00:00Z')

/** Six entries, one recorded each minute, the fourth signed. */
function buildTrail(): AuditRecord[] {
  const records: AuditRecord[] = []
  for (let at = 0; at < 6; at += 1) {
    const end = records.at(-1)
    const link = end ? { sequence: end.sequence, hash: end.hash, recordedAt: new Date(end.recordedAt) } : beginning
    records.push(...chainEntries(tenantId, link, [entryOf(at)], new Date(start.getTime() + at * 60_000)))
  }
  return records
}

function entryOf(at: number) {
  return {
    id: `0199bbbb-0000-7000-8000-00000000000${at}`,
    occurredAt: start.toISOString(),
    action: 'member.role_changed',
    actor: { kind: 'person' as const, id: 'ada', name: 'ada@example.com' },
    target: { kind: 'member', id: `person ${at}`, name: null },
    address: '192.0.2.7',
    userAgent: 'a browser',
    operation: 'PATCH /v1/members/:userId',
    requestId: `request ${at}`,
    before: { role: 'viewer' },
    after: { role: 'admin' },
  }
}

function checkpointAt(trail: readonly AuditRecord[], sequence: number): CheckedCheckpoint {
  const hash = trail[sequence - 1]?.hash ?? ''
  return { tenantId, sequence, hash, signedAt: start.toISOString(), genuine: true }
}

function kindsFoundIn(trail: readonly AuditRecord[], checkpoints: readonly CheckedCheckpoint[]): string[] {
  const verifier = createVerifier(tenantId, checkpoints)
  for (const record of trail) verifier.take(record)
  return verifier.finish().findings.map(({ kind, sequence }) => `${kind} ${sequence}`)
}

const whole = buildTrail()
const signed = [checkpointAt(whole, 4), checkpointAt(whole, 6)]

/** What somebody does who can write to the table and knows how the chain is made, but has not the signing key. */
function rehashed(trail: readonly AuditRecord[]): AuditRecord[] {
  let previousHash = beginning.hash
  return trail.map((record) => {
    const entry = { ...record, previousHash }
    previousHash = hashOf(tenantId, entry)
    return { ...entry, hash: previousHash }
  })
}

function withChange(at: number, change: Partial<AuditRecord>): AuditRecord[] {
  return whole.map((record, place) => (place === at ? { ...record, ...change } : record))
}

const swapped = [0, 1, 3, 2, 4, 5].map((from, place) => ({ ...(whole[from] as AuditRecord), sequence: place + 1 }))

const mutations: readonly (readonly [string, readonly AuditRecord[], readonly string[]])[] = [
  ['nothing in a trail that is whole', whole, []],
  ['an edit of who did it', withChange(2, { actor: { kind: 'person', id: 'eve', name: null } }), ['edited 3']],
  ['an edit of what was before', withChange(2, { before: { role: 'owner' } }), ['edited 3']],
  ['an edit of the time', withChange(2, { occurredAt: '2026-02-01T09:00:00.000Z' }), ['edited 3']],
  [
    'an edit with a hash of its own',
    withChange(2, { after: null, hash: hashOf(tenantId, { ...(whole[2] as AuditRecord), after: null }) }),
    ['unlinked 4'],
  ],
  ['an edit with all hashes made anew', rehashed(withChange(2, { after: null })), ['rewritten 4', 'rewritten 6']],
  ['a deletion in the middle', whole.toSpliced(2, 1), ['missing 3']],
  ['a deletion of the first two', whole.slice(2), ['missing 1']],
  [
    'a deletion closed up, with all hashes made anew',
    rehashed(whole.toSpliced(2, 1).map((record, at) => ({ ...record, sequence: at + 1 }))),
    ['rewritten 4', 'truncated 6'],
  ],
  [
    'two entries that changed places',
    swapped,
    ['reordered 3', 'unlinked 3', 'clock_back 4', 'reordered 4', 'unlinked 4', 'unlinked 5', 'rewritten 4'],
  ],
  ['a truncation', whole.slice(0, 5), ['truncated 6']],
  ['a truncation of everything', [], ['truncated 1']],
  [
    'a truncation that was written over',
    [
      ...whole.slice(0, 3),
      ...chainEntries(
        tenantId,
        { ...whole[2], recordedAt: undefined } as never,
        [entryOf(7), entryOf(8), entryOf(9)],
        new Date('2026-03-01T10:00:00Z'),
      ),
    ],
    ['rewritten 4', 'rewritten 6'],
  ],
  [
    'a clock that went back',
    [
      ...whole,
      ...chainEntries(
        tenantId,
        { ...(whole[5] as AuditRecord), recordedAt: new Date('2026-03-01T09:05:00Z') },
        [entryOf(6)],
        new Date('2026-03-01T08:00:00Z'),
      ),
    ],
    ['clock_back 7'],
  ],
]

for (const [name, trail, expected] of mutations) {
  test(`the verifier finds ${name}`, () => {
    assert.deepEqual(kindsFoundIn(trail, signed).toSorted(), [...expected].toSorted())
  })
}

test('every field of an entry is held by its hash', () => {
  for (const name of Object.keys(whole[2] as AuditRecord) as (keyof AuditRecord)[]) {
    if (name === 'sequence') continue
    const changed =
      name === 'actor' || name === 'target' ? { [name]: { kind: 'person', id: 'x', name: null } } : { [name]: 'x' }
    const found = kindsFoundIn(withChange(2, changed as Partial<AuditRecord>), [])
    assert.ok(found.includes('edited 3'), `a changed ${name} was not found: ${found}`)
  }
})

test('an entry of another workspace does not fit', () => {
  const verifier = createVerifier('0199aaaa-0000-7000-8000-000000000002', [])
  for (const record of whole) verifier.take(record)
  assert.equal(verifier.finish().findings.filter(({ kind }) => kind === 'edited').length, whole.length)
})

test('a checkpoint with a wrong signature is told and proves nothing', () => {
  const false_ = { ...checkpointAt(whole, 6), sequence: 9, genuine: false }
  assert.deepEqual(kindsFoundIn(whole, [false_]), ['checkpoint_forged 9'])
})

test('what was signed before a rewriting is not undone by what was signed after it', () => {
  const rewritten = rehashed(withChange(2, { after: null }))
  assert.deepEqual(kindsFoundIn(rewritten, [checkpointAt(whole, 4), checkpointAt(rewritten, 4)]), ['rewritten 4'])
})

test('clocks of two machines that differ by seconds raise no alarm', () => {
  const last = { ...(whole[5] as AuditRecord), recordedAt: new Date('2026-03-01T09:05:00Z') }
  const more = chainEntries(tenantId, last, [entryOf(6)], new Date('2026-03-01T09:04:57Z'))
  assert.deepEqual(kindsFoundIn([...whole, ...more], signed), [])
})
