import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { DkimAlgorithm } from '../contract/dkim.ts'

const generate = promisify(generateKeyPair)

/** A new pair: the private half as PKCS #8 PEM, the public half as it stands in DNS. */
export async function generateDkimPair(algorithm: DkimAlgorithm): Promise<{ privateKey: string; publicKey: string }> {
  const pair =
    algorithm === 'rsa-sha256'
      ? // Longer ones do not fit one string of a TXT record twice over, and verifiers need not take them (RFC 8301 §3.2).
        await generate('rsa', { modulusLength: 2048 })
      : await generate('ed25519')
  return {
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicPart(algorithm, pair.publicKey),
  }
}

/** The `p=` of a key record: base64 of the SubjectPublicKeyInfo for RSA, of the bare 32 octets for Ed25519 (RFC 8463 §4). */
export function publicPart(algorithm: DkimAlgorithm, key: KeyObject): string {
  if (algorithm === 'rsa-sha256') return key.export({ type: 'spki', format: 'der' }).toString('base64')
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url').toString('base64')
}
