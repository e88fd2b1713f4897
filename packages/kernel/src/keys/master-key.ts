import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { createEd25519, type Ed25519Key } from './ed25519.ts'
import { createHmacSha256, type HmacSha256 } from './hmac.ts'

const idBytes = 4
const nonceBytes = 12
const tagBytes = 16
const signatureBytes = 16

/** A sealed value taken apart. Layout: key id (4), nonce (12), tag (16), cipher text. */
export interface SealedParts {
  readonly keyId: string
  readonly nonce: Buffer
  readonly tag: Buffer
  readonly cipherText: Buffer
}

export function partsOf(bytes: Buffer): SealedParts | undefined {
  if (bytes.length < idBytes + nonceBytes + tagBytes) return undefined
  return {
    keyId: bytes.toString('hex', 0, idBytes),
    nonce: bytes.subarray(idBytes, idBytes + nonceBytes),
    tag: bytes.subarray(idBytes + nonceBytes, idBytes + nonceBytes + tagBytes),
    cipherText: bytes.subarray(idBytes + nonceBytes + tagBytes),
  }
}

/** What is derived from one master secret: an id that tells which secret it was, and one key for each purpose (RFC 5869). */
export interface MasterKey {
  readonly id: string
  seal(plain: string, context: string): Buffer
  /** Throws when the tag does not fit. */
  open(parts: SealedParts, context: string): string
  sign(purpose: string, payload: Uint8Array): Buffer
  ed25519(purpose: string): Ed25519Key
}

export function createMasterKey(masterSecret: string): MasterKey {
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', masterSecret, 'fanfare', purpose, length))
  const idPrefix = derive('key-id', idBytes)
  const sealingKey = derive('seal', 32)
  const signers = new Map<string, HmacSha256>()

  const signerOf = (purpose: string) => {
    const signer = signers.get(purpose) ?? createHmacSha256(derive(`sign:${purpose}`, 32))
    signers.set(purpose, signer)
    return signer
  }
  return {
    id: idPrefix.toString('hex'),
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(context))
      const cipherText = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([idPrefix, nonce, cipher.getAuthTag(), cipherText])
    },
    open({ nonce, tag, cipherText }, context) {
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(context)).setAuthTag(tag)
      return Buffer.concat([decipher.update(cipherText), decipher.final()]).toString('utf8')
    },
    sign: (purpose, payload) => signerOf(purpose)(payload).subarray(0, signatureBytes),
    ed25519: (purpose) => createEd25519(derive(`ed25519:${purpose}`, 32)),
  }
}
