import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

export interface IssuerDouble extends AsyncDisposable {
  readonly issuer: string
  /** Makes the ID token of the next answer, from the claims that a right one would have. */
  idToken: (claims: JWTPayload, sign: Signer) => Promise<string> | string
  /** What the discovery document says besides. */
  metadata: Record<string, unknown>
  /** Set by a test from the URL that it was sent to. */
  nonce: string
  claims: Record<string, unknown>
  /** The forms that the token endpoint was sent. */
  readonly asked: URLSearchParams[]
}

export interface Signer {
  /** With the key that the issuer publishes. */
  right(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  /** With a key of its own under the same name. */
  stranger(claims: JWTPayload): Promise<string>
  /** HS256 with the text of the published key: what a verifier takes that mixes up kinds of keys. */
  confused(claims: JWTPayload): Promise<string>
  /** Without a signature. */
  none(claims: JWTPayload): string
}

export const clientId = 'fanfare'

/** An issuer that answers whatever a test wants: what a real provider never would. */
export async function openIssuerDouble(): Promise<IssuerDouble> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'RS256', use: 'sig' }
  const sign = await signerOf(publicKey, privateKey)
  const double: IssuerDouble = {
    issuer,
    idToken: (claims, { right }) => right(claims),
    metadata: {},
    nonce: '',
    claims: {},
    asked: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  server.on('request', (request, response) => {
    answer(double, { jwk, sign }, request).then(
      (body) => sendJson(response, body),
      (error: Error) => sendJson(response, { error: error.message }, 500),
    )
  })
  return double
}

async function answer(double: IssuerDouble, { jwk, sign }: { jwk: JWK; sign: Signer }, request: IncomingMessage) {
  switch (new URL(request.url ?? '/', double.issuer).pathname) {
    case '/.well-known/openid-configuration':
      return {
        issuer: double.issuer,
        authorization_endpoint: `${double.issuer}/authorize`,
        token_endpoint: `${double.issuer}/token`,
        jwks_uri: `${double.issuer}/keys`,
        ...double.metadata,
      }
    case '/keys':
      return { keys: [jwk] }
    case '/token': {
      let body = ''
      for await (const part of request) body += part
      double.asked.push(new URLSearchParams(body))
      const now = Math.floor(Date.now() / 1_000)
      const claims = {
        iss: double.issuer,
        aud: clientId,
        iat: now,
        exp: now + 60,
        nonce: double.nonce,
        ...double.claims,
      }
      return { access_token: 'an access token', token_type: 'Bearer', id_token: await double.idToken(claims, sign) }
    }
    default:
      throw new Error('not asked for')
  }
}

async function signerOf(publicKey: CryptoKey, privateKey: CryptoKey): Promise<Signer> {
  const other = await generateKeyPair('RS256')
  const text = new TextEncoder().encode(await exportSPKI(publicKey))
  const header = { alg: 'RS256', kid: 'first' }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    right: (claims, more = {}) => new SignJWT(claims).setProtectedHeader({ ...header, ...more }).sign(privateKey),
    stranger: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(other.privateKey),
    confused: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(text),
    none: (claims) => `${part({ alg: 'none' })}.${part(claims)}.`,
  }
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
