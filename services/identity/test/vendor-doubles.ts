import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a vendor's API says about the person, in its own shape. */
export interface VendorDouble extends AsyncDisposable {
  readonly url: string
  answers: Record<string, unknown>
  /** Requests that did not hold to the vendor's documentation. */
  readonly complaints: string[]
}

interface Vendor {
  /** Its page where the person agrees. */
  readonly authorization: string
  readonly token: string
  /** How the client must show itself there. */
  readonly auth: 'post' | 'basic'
  readonly tokenReply: Record<string, unknown>
  /** With what status an error is said: GitHub says 200. */
  readonly errorStatus: number
}

export const client = { id: 'the client id', secret: 'the client/secret: with signs' }

const vendors = {
  // https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
  github: {
    authorization: '/login/oauth/authorize',
    token: '/login/oauth/access_token',
    auth: 'post',
    tokenReply: {
      access_token: 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
      scope: 'read:user,user:email',
      token_type: 'bearer',
    },
    errorStatus: 200,
  },
  // https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow
  linkedin: {
    authorization: '/oauth/v2/authorization',
    token: '/oauth/v2/accessToken',
    auth: 'post',
    tokenReply: {
      access_token: 'AQUvlL_DYEzvT2wz1QJiEPeLioeA',
      expires_in: 5_184_000,
      scope: 'email,openid,profile',
      token_type: 'Bearer',
    },
    errorStatus: 400,
  },
  // https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/user-access-token
  x: {
    authorization: '/i/oauth2/authorize',
    token: '/2/oauth2/token',
    auth: 'basic',
    tokenReply: {
      token_type: 'bearer',
      expires_in: 7_200,
      access_token: 'Q0Mzb0VhZ0V5dmNXSTEyNER2',
      scope: 'users.email users.read tweet.read',
    },
    errorStatus: 400,
  },
} satisfies Record<string, Vendor>
export type VendorName = keyof typeof vendors

/** An authorisation server and an API as the vendor documents them: PKCE, a code that is good once, the client's secret, the token. */
export async function openVendorDouble(name: VendorName): Promise<VendorDouble> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const double: VendorDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: {},
    complaints: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  server.on('request', (request, response) => void answer(vendors[name], double, request, response))
  return double
}

const codes = new Map<string, { challenge: string; redirectUri: string }>()
let issued = 0

/** What the vendor's page does when the person agrees: the address that it sends the browser back to. */
export function agree(url: string): string {
  const asked = new URL(url).searchParams
  issued += 1
  const code = `code-${issued}`
  codes.set(code, { challenge: asked.get('code_challenge') ?? '', redirectUri: asked.get('redirect_uri') ?? '' })
  const back = new URL(asked.get('redirect_uri') as string)
  back.searchParams.set('code', code)
  back.searchParams.set('state', asked.get('state') as string)
  return back.pathname + back.search
}

async function answer(vendor: Vendor, double: VendorDouble, request: IncomingMessage, response: ServerResponse) {
  const { pathname, search } = new URL(request.url ?? '/', double.url)
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(body))
  }
  if (pathname === vendor.authorization) {
    const asked = new URL(request.url ?? '/', double.url)
    const back = new URL(agree(asked.href), asked.searchParams.get('redirect_uri') as string)
    return void response.writeHead(302, { location: back.href }).end()
  }
  if (request.method === 'POST' && pathname === vendor.token) {
    let text = ''
    for await (const part of request) text += part
    const fault = faultIn(vendor, request, new URLSearchParams(text))
    if (fault === undefined) return send(200, vendor.tokenReply)
    double.complaints.push(fault)
    return send(vendor.errorStatus, { error: 'bad_verification_code', error_description: fault })
  }
  if (
    request.headers.authorization?.toLowerCase() !== `bearer ${String(vendor.tokenReply.access_token).toLowerCase()}`
  ) {
    return send(401, { message: 'Bad credentials' })
  }
  if (request.headers['user-agent'] === undefined) return send(403, { message: 'Request forbidden: no user agent' })
  const found = double.answers[pathname + search] ?? double.answers[pathname]
  return found === undefined ? send(404, { message: 'Not Found' }) : send(200, found)
}

function faultIn(vendor: Vendor, request: IncomingMessage, form: URLSearchParams): string | undefined {
  const code = codes.get(form.get('code') ?? '')
  codes.delete(form.get('code') ?? '')
  if (code === undefined) return 'The code is incorrect or expired'
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url')
  if (challenge !== code.challenge) return 'The code verifier does not fit'
  if (form.get('redirect_uri') !== code.redirectUri) return 'The redirect_uri is another'
  if (form.get('grant_type') !== 'authorization_code') return 'The grant type is another'
  const shown = vendor.auth === 'post' ? [form.get('client_id'), form.get('client_secret')] : basicOf(request)
  return shown[0] === client.id && shown[1] === client.secret ? undefined : 'The client is unknown'
}

/** RFC 6749 §2.3.1: each half is form-encoded first. */
function basicOf({ headers }: IncomingMessage): (string | null)[] {
  const text = Buffer.from((headers.authorization ?? '').replace(/^basic /i, ''), 'base64').toString()
  return text.split(/:(.*)/s).map((half) => new URLSearchParams(`half=${half}`).get('half'))
}
