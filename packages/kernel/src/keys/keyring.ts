import { timingSafeEqual } from 'node:crypto'
import type { Keys, SigningKey } from '../keys.ts'
import type { Ed25519Key } from './ed25519.ts'
import { keysProblem } from './errors.ts'
import { createMasterKey, type MasterKey, partsOf } from './master-key.ts'

const sealedPattern = /^v1\.([A-Za-z0-9_-]+)$/

/**
 * Keys over a current secret and those of before it: the current one seals and signs, all of them open and verify, so a
 * secret can be replaced while values and links of the old one are still about.
 */
export function createKeyring(currentSecret: string, previousSecrets: readonly string[] = []): Keys {
  const current = createMasterKey(currentSecret)
  const all = [current, ...previousSecrets.map(createMasterKey)]
  return {
    seal: (plain, context) => `v1.${current.seal(plain, context).toString('base64url')}`,
    open: (sealed, context) => openWith(all, sealed, context),
    sign: (purpose, payload) => current.sign(purpose, payload),
    signatures: (purpose, payload) => all.map((key) => key.sign(purpose, payload)),
    verify: (purpose, payload, signature, bytes) =>
      all.some((key) => sameBytes(key.sign(purpose, payload).subarray(0, bytes), signature)),
    ed25519: (purpose) => signingKeyOf(all.map((key) => key.ed25519(purpose))),
  }
}

/** The first one signs, each may have signed. */
function signingKeyOf(keys: readonly Ed25519Key[]): SigningKey {
  const [current] = keys as [Ed25519Key]
  return {
    publicKey: current.publicKey,
    sign: (payload) => current.sign(payload),
    verify: (payload, signature) => keys.some((key) => key.verify(payload, signature)),
  }
}

function openWith(keys: readonly MasterKey[], sealed: string, context: string): string {
  const encoded = sealedPattern.exec(sealed)?.[1]
  const parts = encoded === undefined ? undefined : partsOf(Buffer.from(encoded, 'base64url'))
  const key = keys.find(({ id }) => id === parts?.keyId)
  if (parts === undefined || key === undefined) throw keysProblem('unreadable')
  try {
    return key.open(parts, context)
  } catch (cause) {
    throw keysProblem('unreadable', { cause })
  }
}

function sameBytes(expected: Uint8Array, given: Uint8Array): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given)
}
