import { generateKeyPairSync } from 'node:crypto'
import type { DkimAlgorithm } from '../../src/contract.ts'
import { publicPart } from '../../src/dkim/key-pair.ts'
import { keyRecord } from '../../src/dkim/record.ts'
import type { SigningKey } from '../../src/dkim/signer.ts'

/** A key that signs, and the record it is verified by. */
export function buildSigningKey(algorithm: DkimAlgorithm, change: Partial<SigningKey> = {}) {
  const pair =
    algorithm === 'rsa-sha256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  const selector = algorithm === 'rsa-sha256' ? 'r1' : 'e1'
  const key: SigningKey = { domain: 'example.com', selector, algorithm, privateKey: pair.privateKey, ...change }
  const record = keyRecord({ ...key, publicKey: publicPart(algorithm, pair.publicKey) })
  return { key, record }
}
