import { isIP } from 'node:net'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { PasskeyAssertion, PasskeyRegistration } from '../contract/factors.ts'

/** Where passkeys are at home: from the public URL that the operator sets, never from what a request says of its host. */
export interface PasskeyHome {
  readonly origin: string
  readonly rpId: string
}

/** Undefined where browsers know no passkeys: on bare addresses, and without https except on this machine's own name. */
export function passkeyHome(publicUrl: string): PasskeyHome | undefined {
  const { protocol, hostname, origin } = new URL(publicUrl)
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || (protocol !== 'https:' && !isLocal)) return undefined
  return { origin, rpId: hostname }
}

/** What is kept of a passkey. */
export interface StoredPasskey {
  readonly id: string
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
}

export const ceremonyMs = 5 * 60_000
/** EdDSA, ES256 and RS256: what authenticators make. https://www.iana.org/assignments/cose/cose.xhtml#algorithms */
const algorithms = [-8, -7, -257]

/** Asks for a passkey that can be found without a name, and that knows its owner by PIN, finger or face. */
export async function registrationOptions(
  home: PasskeyHome,
  wanted: {
    challenge: Uint8Array<ArrayBuffer>
    product: string
    account: { id: string; email: string; name: string }
    known: readonly StoredPasskey[]
  },
) {
  const options = await generateRegistrationOptions({
    rpName: wanted.product,
    rpID: home.rpId,
    userID: new TextEncoder().encode(wanted.account.id),
    userName: wanted.account.email,
    userDisplayName: wanted.account.name,
    challenge: wanted.challenge,
    timeout: ceremonyMs,
    supportedAlgorithmIDs: algorithms,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const { rp, user, challenge, pubKeyCredParams } = options
  return {
    rp: { id: home.rpId, name: rp.name },
    user,
    challenge,
    pubKeyCredParams: pubKeyCredParams.map(({ alg }) => ({ alg, type: 'public-key' as const })),
    timeout: ceremonyMs,
    excludeCredentials: wanted.known.map(sentRef),
    authenticatorSelection: {
      residentKey: 'required' as const,
      requireResidentKey: true as const,
      userVerification: 'required' as const,
    },
    attestation: 'none' as const,
  }
}

/** @param known the passkeys that may answer; none of them named means whichever the browser finds */
export async function assertionOptions(
  home: PasskeyHome,
  { challenge, known }: { challenge: Uint8Array<ArrayBuffer>; known: readonly StoredPasskey[] },
) {
  const options = await generateAuthenticationOptions({
    rpID: home.rpId,
    challenge,
    timeout: ceremonyMs,
    userVerification: 'required',
  })
  return {
    rpId: home.rpId,
    challenge: options.challenge,
    timeout: ceremonyMs,
    allowCredentials: known.map(sentRef),
    userVerification: 'required' as const,
  }
}

/** The challenge that an answer was made for, or undefined for what is no answer at all. */
export function challengeIn(clientDataJSON: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}

/** The new passkey, or undefined when the answer does not hold: origin, challenge, user verification, signature. */
export async function verifyRegistration(
  home: PasskeyHome,
  challenge: string,
  response: PasskeyRegistration,
): Promise<StoredPasskey | undefined> {
  const { verified, registrationInfo } = await refusedAsUndefined(
    verifyRegistrationResponse({
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: home.origin,
      expectedRPID: home.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  )
  if (!verified || registrationInfo === undefined) return undefined
  const { id, publicKey, counter } = registrationInfo.credential
  return { id, publicKey, counter, transports: response.response.transports ?? [] }
}

/** The counter that the passkey gave, or undefined when the answer does not hold. */
export async function verifyAssertion(
  home: PasskeyHome,
  challenge: string,
  response: PasskeyAssertion,
  passkey: StoredPasskey,
): Promise<number | undefined> {
  const { verified, authenticationInfo } = await refusedAsUndefined(
    verifyAuthenticationResponse({
      response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: home.origin,
      expectedRPID: home.rpId,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.counter,
      },
    }),
  )
  return verified ? authenticationInfo?.newCounter : undefined
}

/** The library throws plain errors at whatever a stranger sends, and has no codes to tell them apart. */
async function refusedAsUndefined<T extends { verified: boolean }>(
  verification: Promise<T>,
): Promise<T | { verified: false; registrationInfo?: undefined; authenticationInfo?: undefined }> {
  return verification.catch(() => ({ verified: false }))
}

function sentRef({ id, transports }: StoredPasskey) {
  return { id, type: 'public-key' as const, transports: [...transports] }
}
