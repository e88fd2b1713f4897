import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface BuiltCertificate {
  readonly pem: string
  readonly privateKey: KeyObject
  readonly name: string
}
export interface CertificatePlan {
  host?: string
  from?: string
  to?: string
  isAuthority?: boolean
  bits?: number
  /** Itself, when there is none. */
  issuer?: BuiltCertificate
}

/** An X.509 certificate (RFC 5280 §4.1) for an RSA key of its own. */
export function buildCertificate(plan: CertificatePlan = {}): BuiltCertificate {
  const { host = 'sns.amazonaws.com', from = '2026-01-01', to = '2027-01-01', isAuthority = false, bits = 2_048 } = plan
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const algorithm = sequence(objectId('1.2.840.113549.1.1.11'), der(0x05))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([7])),
    algorithm,
    nameOf(plan.issuer?.name ?? host),
    sequence(timeOf(from), timeOf(to)),
    nameOf(host),
    publicKey,
    der(0xa3, sequence(constraints(isAuthority), alternativeName(host))),
  )
  const signature = sign('sha256', body, plan.issuer?.privateKey ?? privateKey)
  const bytes = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature))
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  return { pem, privateKey, name: host }
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId('2.5.4.3'), der(0x0c, Buffer.from(commonName)))))
}

function timeOf(date: string): Buffer {
  const digits = new Date(date).toISOString().replace(/\.\d+|[-:T]/g, '')
  return der(0x17, Buffer.from(digits.slice(2)))
}

function constraints(isAuthority: boolean): Buffer {
  const yes = der(0x01, Buffer.from([0xff]))
  return sequence(objectId('2.5.29.19'), yes, der(0x04, isAuthority ? sequence(yes) : sequence()))
}

function alternativeName(host: string): Buffer {
  return sequence(objectId('2.5.29.17'), der(0x04, sequence(der(0x82, Buffer.from(host)))))
}
