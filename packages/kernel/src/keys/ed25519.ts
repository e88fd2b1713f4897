import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'

export interface Ed25519Key {
  readonly publicKey: Buffer
  sign(payload: Uint8Array): Buffer
  verify(payload: Uint8Array, signature: Uint8Array): boolean
}

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410 §7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicKeyBytes = 32

export function createEd25519(seed: Uint8Array): Ed25519Key {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-publicKeyBytes),
    sign: (payload) => sign(null, payload, privateKey),
    verify: (payload, signature) => verify(null, payload, publicKey, signature),
  }
}
