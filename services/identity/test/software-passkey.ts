import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What an authenticator can be told to do wrong. */
export interface Wrongs {
  origin?: string
  rpId?: string
  challenge?: string
  type?: string
  userVerified?: boolean
  counter?: number
  signedBy?: SoftwarePasskey
}

/**
 * An authenticator in software that answers as a browser would: ES256, attestation `none`.
 * https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
 */
export interface SoftwarePasskey {
  readonly id: string
  create(options: { challenge: string; rp: { id: string } }, wrongs?: Wrongs): unknown
  get(options: { challenge: string; rpId: string }, wrongs?: Wrongs): unknown
  sign(payload: Buffer): Buffer
}

export function createSoftwarePasskey(origin: string, { counts = true } = {}): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rawId = randomBytes(32)
  const id = rawId.toString('base64url')
  let counter = 0

  const clientData = (type: string, challenge: string, wrongs: Wrongs) =>
    Buffer.from(
      JSON.stringify({
        type: wrongs.type ?? type,
        challenge: wrongs.challenge ?? challenge,
        origin: wrongs.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const authenticatorData = (rpId: string, wrongs: Wrongs, attested: Buffer = Buffer.alloc(0)) => {
    if (counts) counter += 1
    const flags = 0x01 | (wrongs.userVerified === false ? 0 : 0x04) | (attested.length > 0 ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(wrongs.counter ?? counter)
    return Buffer.concat([sha256(wrongs.rpId ?? rpId), Buffer.from([flags]), count, attested])
  }
  const credential = (response: object) => ({
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response,
  })

  const passkey: SoftwarePasskey = {
    id,
    sign: (payload) => sign('sha256', payload, privateKey),
    create({ challenge, rp }, wrongs = {}) {
      const jwk = publicKey.export({ format: 'jwk' })
      const coordinate = (text = '') => new Uint8Array(Buffer.from(text, 'base64url'))
      const cose = new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, coordinate(jwk.x)],
        [-3, coordinate(jwk.y)],
      ])
      const length = Buffer.alloc(2)
      length.writeUInt16BE(rawId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, rawId, isoCBOR.encode(cose as never)])
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authenticatorData(rp.id, wrongs, attested))],
      ])
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge, wrongs).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
        transports: ['internal'],
      })
    },
    get({ challenge, rpId }, wrongs = {}) {
      const client = clientData('webauthn.get', challenge, wrongs)
      const data = authenticatorData(rpId, wrongs)
      const signature = (wrongs.signedBy ?? passkey).sign(Buffer.concat([data, sha256(client)]))
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      })
    },
  }
  return passkey
}

function sha256(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest()
}
