import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLogger, Keys, keys, start } from '../../src/index.ts'
import { createKeyring } from '../../src/keys/keyring.ts'

const oldSecret = 'an old secret that is long enough to be one'
const newSecret = 'a new secret that is long enough to be one.'
const log = createLogger({ level: 'silent' })
const unreadable = { code: 'keys.unreadable' }

function bytes(text: string) {
  return new TextEncoder().encode(text)
}

async function keysFrom(environment: Record<string, string>) {
  const app = await start([keys()], { environment, log })
  return app.get(Keys)
}

async function temporaryFolder(t: { after(fn: () => Promise<void>): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-keys-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('any text opens again under its own context and under no other', () => {
  const ring = createKeyring(newSecret)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (plain, context, other) => {
      const sealed = ring.seal(plain, context)
      assert.match(sealed, /^v1\.[A-Za-z0-9_-]+$/)
      assert.equal(ring.open(sealed, context), plain)
      if (other !== context) assert.throws(() => ring.open(sealed, other), unreadable)
    }),
  )
})

test('the same text is sealed differently each time', () => {
  const ring = createKeyring(newSecret)
  assert.notEqual(ring.seal('once', 'here'), ring.seal('once', 'here'))
})

test('a sealed text with any byte changed does not open', () => {
  const ring = createKeyring(newSecret)
  const sealed = Buffer.from(ring.seal('balance', 'row 1').slice(3), 'base64url')
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at] = changed[at]! ^ 1
    assert.throws(() => ring.open(`v1.${changed.toString('base64url')}`, 'row 1'), unreadable)
  }
  for (const broken of ['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'plain']) {
    assert.throws(() => ring.open(broken, 'row 1'), unreadable)
  }
})

test('after a rotation the old secret still opens and verifies, and the new one seals and signs', () => {
  const before = createKeyring(oldSecret)
  const after = createKeyring(newSecret, [oldSecret])
  const sealed = before.seal('kept', 'row')
  const signature = before.sign('link', bytes('contact 7'))
  assert.equal(after.open(sealed, 'row'), 'kept')
  assert.equal(after.verify('link', bytes('contact 7'), signature), true)
  assert.throws(() => before.open(after.seal('new', 'row'), 'row'), unreadable)
  assert.equal(before.verify('link', bytes('contact 7'), after.sign('link', bytes('contact 7'))), false)
})

test('a signature can be had under each secret that still counts, the current one first', () => {
  const before = createKeyring(oldSecret)
  const after = createKeyring(newSecret, [oldSecret])
  const payload = bytes('contact 7')
  assert.deepEqual(after.signatures('link', payload), [after.sign('link', payload), before.sign('link', payload)])
})

test('a signature holds for its purpose and payload only', () => {
  const ring = createKeyring(newSecret)
  const signature = ring.sign('unsubscribe', bytes('contact 7'))
  assert.equal(signature.length, 16)
  assert.equal(ring.verify('unsubscribe', bytes('contact 7'), signature), true)
  assert.equal(ring.verify('unsubscribe', bytes('contact 8'), signature), false)
  assert.equal(ring.verify('click', bytes('contact 7'), signature), false)
  assert.equal(ring.verify('unsubscribe', bytes('contact 7'), signature.subarray(0, 15)), false)
  assert.equal(ring.verify('unsubscribe', bytes('contact 7'), new Uint8Array()), false)
})

test('without a secret a key file of mode 0600 is made once and used again', async (t) => {
  const folder = join(await temporaryFolder(t), 'new', 'data')
  const first = await keysFrom({ FANFARE_DATA_DIR: folder })
  const second = await keysFrom({ FANFARE_DATA_DIR: folder })
  assert.equal(second.open(first.seal('kept', 'row'), 'row'), 'kept')
  assert.equal((await stat(join(folder, 'secret.key'))).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['secret.key'])
})

test('processes that make the key file at the same time agree on one secret', async (t) => {
  const folder = await temporaryFolder(t)
  const rings = await Promise.all(Array.from({ length: 12 }, () => keysFrom({ FANFARE_DATA_DIR: folder })))
  const sealed = rings[0]!.seal('kept', 'row')
  for (const ring of rings) assert.equal(ring.open(sealed, 'row'), 'kept')
  assert.deepEqual(await readdir(folder), ['secret.key'])
})

test('a damaged key file stops the start and is left as it is', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'secret.key'), 'half')
  await assert.rejects(keysFrom({ FANFARE_DATA_DIR: folder }), /secret\.key does not hold a secret/)
  assert.equal(await readFile(join(folder, 'secret.key'), 'utf8'), 'half')
})

test('a memory data folder leaves no file and another secret each time', async () => {
  const first = await keysFrom({ FANFARE_DATA_DIR: 'memory://' })
  const second = await keysFrom({ FANFARE_DATA_DIR: 'memory://' })
  assert.throws(() => second.open(first.seal('gone', 'row'), 'row'), unreadable)
})

test('FANFARE_SECRET is used instead of a file, with FANFARE_SECRET_PREVIOUS beside it', async () => {
  const before = await keysFrom({ FANFARE_SECRET: oldSecret })
  const after = await keysFrom({ FANFARE_SECRET: newSecret, FANFARE_SECRET_PREVIOUS: `unknown, ${oldSecret}` })
  assert.equal(after.open(before.seal('kept', 'row'), 'row'), 'kept')
})

test('a secret that is too short is refused by the name of its variable and never shown', async () => {
  await assert.rejects(keysFrom({ FANFARE_SECRET: 'hunter2' }), (error: Error) => {
    assert.match(error.message, /FANFARE_SECRET: must have at least 32 characters/)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
})

test('a public signature is checked by the public key alone, and by whoever has the secret or a later one', () => {
  const before = createKeyring(oldSecret).ed25519('checkpoint')
  const signature = before.sign(bytes('ten entries'))
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), before.publicKey])
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  assert.ok(verify(null, bytes('ten entries'), publicKey, signature))
  assert.ok(createKeyring(oldSecret).ed25519('checkpoint').verify(bytes('ten entries'), signature))
  assert.ok(createKeyring(newSecret, [oldSecret]).ed25519('checkpoint').verify(bytes('ten entries'), signature))
  assert.ok(!createKeyring(newSecret).ed25519('checkpoint').verify(bytes('ten entries'), signature))
  assert.ok(!before.verify(bytes('nine entries'), signature))
  assert.ok(!createKeyring(oldSecret).ed25519('other purpose').verify(bytes('ten entries'), signature))
})
