import { createHash, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '@fanfare/kernel'
import type { DkimAlgorithm } from '../contract/dkim.ts'
import { createBodyHasher, fieldsOf, relaxHeader } from './canonical.ts'
import { signedNames } from './signed-names.ts'

/** A key of a domain, ready to sign. */
export interface SigningKey {
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  readonly privateKey: KeyObject
}

export interface Signer {
  /** The `d=` of its signatures. */
  readonly domain: string
  /**
   * Signs a message with every key, relaxed/relaxed (RFC 6376, RFC 8463), and returns the `DKIM-Signature` header fields,
   * each ended by CRLF, to stand before the others.
   * @param header the header block as it will be sent, with or without the empty line that ends it; text is taken as UTF-8
   * @param body all that comes after the empty line, in pieces if that is how it is kept
   */
  sign(header: Uint8Array | string, body: Uint8Array | readonly Uint8Array[]): Promise<string>
}

/** On the thread pool, so that half a millisecond of RSA does not hold up the loop. */
const signOnPool = promisify(sign)

/** Prepared once for many messages: those of a campaign have the same header fields, so what is signed is worked out once. */
export function createSigner(
  { clock }: { readonly clock: Clock },
  keys: readonly [SigningKey, ...(readonly SigningKey[])],
): Signer {
  const hashBody = createBodyHasher()
  let known: SignedFields = { shape: undefined, positions: [], tag: '' }
  return {
    domain: keys[0].domain,
    async sign(header, body) {
      const fields = fieldsOf(octetsOf(header))
      known = signedFields(fields, known)
      const head = known.positions.map((position) => `${relaxHeader(fields[position] as string)}\r\n`).join('')
      const stamp = {
        time: Math.floor(clock.now().getTime() / 1_000),
        bodyHash: hashBody(body instanceof Uint8Array ? [body] : body),
        tag: known.tag,
      }
      const signatures = await Promise.all(keys.map((key) => signWith(key, head, stamp)))
      return signatures.join('')
    },
  }
}

/** A whole message with its signatures in front. */
export async function signMessage(signer: Signer, message: Buffer): Promise<Buffer> {
  const end = message.indexOf('\r\n\r\n')
  const header = end < 0 ? message : message.subarray(0, end + 2)
  const body = end < 0 ? message.subarray(0, 0) : message.subarray(end + 4)
  return Buffer.concat([Buffer.from(await signer.sign(header, body)), message])
}

interface SignedFields {
  readonly shape: string | undefined
  /** Which fields are signed, in the order of `h=`. */
  readonly positions: readonly number[]
  /** The value of `h=`, folded. */
  readonly tag: string
}

/** Works out what to sign, unless it is as it was for the message before. */
function signedFields(fields: readonly string[], known: SignedFields): SignedFields {
  const names = fields.map((field) => field.slice(0, field.indexOf(':')).trimEnd().toLowerCase())
  const shape = names.join(':')
  if (shape === known.shape) return known
  const signed = signedNames(names)
  // Of a field that stands there twice the last is the first to be signed (RFC 6376 §5.4.2).
  const left = new Map<string, number[]>()
  for (const [position, name] of names.entries()) left.set(name, [...(left.get(name) ?? []), position])
  const positions = signed.flatMap((name) => left.get(name)?.pop() ?? [])
  return { shape, positions, tag: fold(signed) }
}

function fold(names: readonly string[]): string {
  let column = 'h='.length + 1
  const pieces = names.map((name, index) => {
    const breaks = index > 0 && column + name.length + 1 > 76
    column = (breaks ? 1 : column) + name.length + 1
    return `${index === 0 ? '' : ':'}${breaks ? '\r\n ' : ''}${name}`
  })
  return pieces.join('')
}

interface Stamp {
  readonly time: number
  readonly bodyHash: string
  readonly tag: string
}

async function signWith(key: SigningKey, head: string, { time, bodyHash, tag }: Stamp): Promise<string> {
  const { algorithm, domain, selector } = key
  const unsigned = [
    `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed;`,
    ` d=${domain}; s=${selector}; t=${time};`,
    ` h=${tag};`,
    ` bh=${bodyHash};`,
    ' b=',
  ].join('\r\n')
  const octets = Buffer.from(head + relaxHeader(unsigned), 'latin1')
  const signature = await signOctets(key, octets)
  const lines = signature.toString('base64').match(/.{1,72}/g) as string[]
  return `${unsigned}${lines.join('\r\n ')}\r\n`
}

function signOctets({ algorithm, privateKey }: SigningKey, octets: Buffer): Promise<Buffer> {
  switch (algorithm) {
    case 'rsa-sha256':
      return signOnPool('sha256', octets, privateKey)
    // RFC 8463 §3: Ed25519 signs the SHA-256 of what RSA would sign.
    case 'ed25519-sha256':
      return signOnPool(null, createHash('sha256').update(octets).digest(), privateKey)
  }
}

/** One character for each octet, which is what the canonical forms are made of. */
function octetsOf(header: Uint8Array | string): string {
  if (typeof header !== 'string') return Buffer.from(header.buffer, header.byteOffset, header.length).toString('latin1')
  return /^[\0-\x7f]*$/.test(header) ? header : Buffer.from(header).toString('latin1')
}
