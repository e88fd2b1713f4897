import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Signer } from '../dkim/signer.ts'
import type { Recipient } from './admission.ts'
import { carrySigned } from './signed.ts'
import type { Carried, Load } from './way.ts'

const signer: Signer = { domain: 'example.com', sign: async () => 'DKIM-Signature: x\r\n' }

function buildLoad(count: number, change: Partial<Load> = {}): Load {
  return {
    lane: 'campaign',
    recipients: Array.from({ length: count }, (_, position) => ({ row: { position } }) as Recipient),
    mayGoOn: () => true,
    pack: ({ row }) => {
      if (row.position === 3) return { kind: 'refused', text: 'cannot be made' }
      return { envelope: { from: 'a', to: 'b', size: 1 }, content: Buffer.from(`N: ${row.position}\r\n\r\nbody`) }
    },
    letter: () => assert.fail('a provider signs for itself'),
    giveBack: () => {},
    begin: () => {},
    end: () => {},
    ...change,
  }
}

/** A way that packs everybody, as long as it is open. */
function openWay(openFor = Number.POSITIVE_INFINITY) {
  const sent: string[] = []
  const carry = async (load: Load): Promise<Carried> => {
    if (sent.length >= openFor) {
      return {
        unsent: load.recipients,
        trouble: { kind: 'unreachable', text: 'the server is away', retryAfterMs: undefined },
      }
    }
    for (const recipient of load.recipients) {
      const packed = load.pack(recipient)
      if ('kind' in packed) load.end(recipient, packed)
      else {
        assert.equal(packed.envelope.size, packed.content.length)
        sent.push(packed.content.toString())
      }
    }
    return { unsent: [], trouble: undefined }
  }
  return { sent, carry }
}

test('everybody gets a signed message, and who cannot have one is told why', async () => {
  const way = openWay()
  const refused: number[] = []
  const load = buildLoad(200, { end: ({ row }) => refused.push(row.position) })
  assert.deepEqual(await carrySigned(way, load, signer), { unsent: [], trouble: undefined })
  assert.equal(way.sent.length, 199)
  assert.ok(way.sent.every((message) => message.startsWith('DKIM-Signature: x\r\nN: ')))
  assert.deepEqual(refused, [3])
})

test('a server that goes away leaves the rest unsent, nobody twice or lost', async () => {
  const way = openWay(60)
  const { unsent, trouble } = await carrySigned(way, buildLoad(500), signer)
  assert.equal(trouble?.text, 'the server is away')
  const positions = unsent.map(({ row }) => row.position)
  assert.equal(new Set(positions).size, positions.length)
  assert.equal(way.sent.length + 1 + positions.length, 500)
})

test('nobody is signed for once sending must stop', async () => {
  let looks = 0
  const { unsent } = await carrySigned(openWay(), buildLoad(500, { mayGoOn: () => looks++ < 2 }), signer)
  assert.equal(unsent.length, 500 - 128)
})

test('where signing fails nothing leaves unsigned, and the reason is the trouble', async () => {
  const way = openWay()
  const failing: Signer = { ...signer, sign: () => Promise.reject(new Error('no such key')) }
  const { unsent, trouble } = await carrySigned(way, buildLoad(100), failing)
  assert.deepEqual([unsent.length, way.sent.length], [100, 0])
  assert.match(trouble?.text ?? '', /could not be signed: no such key/)
})
