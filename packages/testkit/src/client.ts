import type { Readable } from 'node:stream'

export interface TestReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly bytes: Uint8Array
  /** The parsed JSON, or undefined when the body is none. */
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what a test asserts
  readonly body: any
}

export type TestHeaders = Readonly<Record<string, string>>

/** Calls the running server over real HTTP. Redirects are not followed. */
export interface TestClient {
  request(method: string, path: string, body?: unknown, headers?: TestHeaders): Promise<TestReply>
  get(path: string, headers?: TestHeaders): Promise<TestReply>
  /** Text, bytes and streams are sent as they are (name their `content-type`); all else as JSON. */
  post(path: string, body?: unknown, headers?: TestHeaders): Promise<TestReply>
  put(path: string, body?: unknown, headers?: TestHeaders): Promise<TestReply>
  patch(path: string, body?: unknown, headers?: TestHeaders): Promise<TestReply>
  delete(path: string, body?: unknown, headers?: TestHeaders): Promise<TestReply>
}

export function createClient(
  url: string,
  credentials: () => TestHeaders,
  onReply?: (headers: Headers) => void,
): TestClient {
  const request: TestClient['request'] = async (method, path, body, headers = {}) => {
    const reply = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { ...(isRaw(body) || body === undefined ? {} : json), ...credentials(), ...headers },
      ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body), duplex: 'half' }),
    } as RequestInit)
    onReply?.(reply.headers)
    const bytes = new Uint8Array(await reply.arrayBuffer())
    const text = new TextDecoder().decode(bytes)
    return { status: reply.status, headers: reply.headers, text, bytes, body: parseJson(text) }
  }
  return {
    request,
    get: (path, headers) => request('GET', path, undefined, headers),
    post: (path, body, headers) => request('POST', path, body, headers),
    put: (path, body, headers) => request('PUT', path, body, headers),
    patch: (path, body, headers) => request('PATCH', path, body, headers),
    delete: (path, body, headers) => request('DELETE', path, body, headers),
  }
}

/** What identity leaves for our pages to send back in a header. */
const csrfCookie = 'fanfare_csrf'

/** A client that keeps its cookies, says where it comes from and sends the word against forged requests, as a browser on our own pages does. */
export function createBrowser(url: string, workspace?: string): TestClient {
  const jar = new Map<string, string>()
  const credentials = (): TestHeaders => ({
    origin: url,
    ...(workspace === undefined ? {} : { 'fanfare-workspace': workspace }),
    ...(jar.has(csrfCookie) ? { 'fanfare-csrf': jar.get(csrfCookie) as string } : {}),
    ...(jar.size === 0 ? {} : { cookie: [...jar].map((pair) => pair.join('=')).join('; ') }),
  })
  return createClient(url, credentials, (headers) => {
    for (const line of headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split(/=(.*)/s)
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
  })
}

const json = { 'content-type': 'application/json' }

function isRaw(body: unknown): body is string | Uint8Array | Readable {
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream) return true
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
