import { Identity } from '@fanfare/identity/contract'
import { type AnyService, createLogger, Http, type Running, start } from '@fanfare/kernel'
import { createTestDatabase } from '@fanfare/testkit'
import { platform } from '../platform.ts'

/** The whole product on a database of its own, with real accounts and keys. */
export interface House extends AsyncDisposable {
  readonly app: Running<(typeof platform)[number]['provides']['id']>
  readonly url: string
  /** A new workspace with an owner who is signed in, and an owner's key. */
  openWorkspace(name: string): Promise<Tenant>
}
export interface Tenant {
  readonly tenantId: string
  readonly email: string
  /** An owner's key. */
  readonly key: string
  /** Calls the API with the workspace's key. */
  call: Call
  /** Calls the API with the owner's session, naming this workspace or another. */
  callAsPerson(workspace: string): Call
}
export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>
export interface Reply {
  readonly status: number
  readonly text: string
  /** Whether it is the reply that was kept for an Idempotency-Key. */
  readonly replayed: boolean
  /** The parsed JSON body, or undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what a test asserts
  readonly body: any
}

const password = 'correct horse battery'

/** @param given the config of `db` for a database that is not to be made here, and more config of `http` */
export async function openHouse(
  more: readonly AnyService[] = [],
  { db: given, http }: { db?: Readonly<Record<string, unknown>>; http?: Readonly<Record<string, unknown>> } = {},
): Promise<House> {
  const database = given ? { config: given, drop: async () => {} } : await createTestDatabase()
  // A list that is put together at run time is checked at run time.
  const app = (await start([...platform, ...more] as unknown as typeof platform, {
    environment: { FANFARE_DATA_DIR: 'memory://' },
    config: { db: database.config, http: { port: 0, rateLimitFactor: 1_000, ...http }, identity: { bcryptCost: 4 } },
    log: createLogger({ level: 'silent' }),
  })) as House['app']
  const url = app.get(Http).localUrl
  return {
    app,
    url,
    async openWorkspace(name) {
      const email = `${name.toLowerCase()}@example.com`
      const { tenantId } = await app.get(Identity).provision({ workspaceName: name, name, email, password })
      const { key } = await app.get(Identity).issueKey({ tenantId, name: 'test', role: 'owner' })
      const cookie = await signIn(url, email)
      return {
        tenantId,
        email,
        key,
        call: callWith(url, { authorization: `Bearer ${key}` }),
        callAsPerson: (workspace) => callWith(url, { ...asPage(url, cookie), 'fanfare-workspace': workspace }),
      }
    },
    async [Symbol.asyncDispose]() {
      await app.stop()
      await database.drop()
    },
  }
}

/** What a page of ours sends with each request: its cookies, where it is from, and the word that only it can read. */
export function asPage(url: string, cookie: string): Record<string, string> {
  const csrf = /(?:^|; )fanfare_csrf=([^;]+)/.exec(cookie)?.[1]
  return { cookie, origin: url, ...(csrf === undefined ? {} : { 'fanfare-csrf': csrf }) }
}

/** The cookies of a new session. */
export async function signIn(url: string, email: string): Promise<string> {
  const reply = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  })
  return reply.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

export function callWith(url: string, credentials: Record<string, string>): Call {
  return async (method, path, body, headers = {}) => {
    const raw = typeof body === 'string'
    const reply = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...credentials,
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    })
    const text = await reply.text()
    return { status: reply.status, text, replayed: reply.headers.has('idempotency-replayed'), body: parseJson(text) }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
