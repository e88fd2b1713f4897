import { isProblem, type Keys } from '@fanfare/kernel'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'

/** Ed25519 (RFC 8037): the only algorithm that is signed with or believed. */
export const algorithm = 'EdDSA'

/** A new pair as it is kept: the public key as it is, the private one sealed. */
export async function generateSigningKey(keys: Pick<Keys, 'seal'>) {
  const pair = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true })
  const publicKey = await exportJWK(pair.publicKey)
  const id = await calculateJwkThumbprint(publicKey)
  const privateKey = JSON.stringify(await exportJWK(pair.privateKey))
  return { id, public_key: publicKey as unknown, private_key: keys.seal(privateKey, contextOf(id)) }
}

/** Undefined when the secret that it was sealed under is gone. */
export async function openPrivateKey(
  keys: Pick<Keys, 'open'>,
  { id, private_key }: { id: string; private_key: string },
): Promise<CryptoKey | undefined> {
  try {
    const jwk = JSON.parse(keys.open(private_key, contextOf(id))) as JWK
    return (await importJWK(jwk, algorithm)) as CryptoKey
  } catch (error) {
    if (isProblem(error, 'keys.unreadable')) return undefined
    throw error
  }
}

function contextOf(id: string): string {
  return `identity.signing_key ${id} private_key`
}
