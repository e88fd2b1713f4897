import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Deps } from '../deps.ts'
import { algorithm } from './key-pair.ts'

type TokenDeps = Pick<Deps, 'clock' | 'ids' | 'signingKeys'>

/** What kind of token: each has its own type and audience, so that none is taken for another (RFC 8725 §3.11). */
export interface TokenKind {
  readonly typ: string
  readonly audience: string
  readonly lifeSeconds: number
  /** Claims of its own that it must have. */
  readonly claims: readonly string[]
}

/** Clocks of two machines that are kept right differ by less. */
const toleranceSeconds = 5
/** A base64url thumbprint of SHA-256: nothing else is looked up, so an id cannot name a file or a query. */
const keyId = /^[\w-]{43}$/

/** Signs claims with the key of the day. */
export async function signToken(
  { clock, ids, signingKeys }: TokenDeps,
  { typ, audience, lifeSeconds }: TokenKind,
  claims: JWTPayload,
): Promise<string> {
  const { id, key } = await signingKeys.signing()
  const issuedAt = Math.floor(clock.now().getTime() / 1_000)
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: algorithm, kid: id, typ })
    .setIssuer(await signingKeys.issuer())
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .setJti(ids.next())
    .sign(key)
}

/**
 * The claims of a token that is ours, of this kind and still good, else undefined. Only its `kid` says which of our keys to
 * check with: keys and addresses of keys that a token brings along (`jwk`, `jku`, `x5u`, `x5c`) are not looked at.
 */
export async function verifyToken(
  { clock, signingKeys }: Omit<TokenDeps, 'ids'>,
  { typ, audience, lifeSeconds, claims }: TokenKind,
  token: string,
): Promise<JWTPayload | undefined> {
  if (!isWrittenPlainly(token)) return undefined
  const id = keyIdOf(token)
  const key = id === undefined ? undefined : await signingKeys.find(id)
  if (key === undefined) return undefined
  const { payload } = await jwtVerify(token, key, {
    algorithms: [algorithm],
    typ,
    audience,
    issuer: await signingKeys.issuer(),
    requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti', ...claims],
    maxTokenAge: lifeSeconds,
    clockTolerance: toleranceSeconds,
    currentDate: clock.now(),
  }).catch(() => ({ payload: undefined }))
  return typeof payload?.aud === 'string' ? payload : undefined
}

function keyIdOf(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token)
    return typeof kid === 'string' && keyId.test(kid) ? kid : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether the text of a token is the one that we would have written: each part base64url without spare bits, each JSON
 * without spaces, other escapes or a name given twice. Two readers cannot see two things in it, and it has no twin.
 */
function isWrittenPlainly(token: string): boolean {
  const parts = token.split('.')
  const [header = '', payload = '', signature = ''] = parts
  return parts.length === 3 && isPlainJson(header) && isPlainJson(payload) && recode(signature) === signature
}

function isPlainJson(part: string): boolean {
  const text = Buffer.from(part, 'base64url').toString('utf8')
  try {
    return Buffer.from(JSON.stringify(JSON.parse(text))).toString('base64url') === part
  } catch {
    return false
  }
}

function recode(part: string): string {
  return Buffer.from(part, 'base64url').toString('base64url')
}
