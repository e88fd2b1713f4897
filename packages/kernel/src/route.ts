import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Logger } from './log.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Who may call a route. A route without access does not start.
 * - `anyone(why)`: no credential; the reason is part of the reference page.
 * - `signedIn()`: a person's session, no workspace yet.
 * - `can(permission)`: a credential of a workspace whose role has the permission.
 */
export type Access =
  | { readonly kind: 'anyone'; readonly why: string }
  | { readonly kind: 'signed_in' }
  | { readonly kind: 'can'; readonly permission: string }

export const anyone = (why: string) => ({ kind: 'anyone', why }) as const
export const signedIn = () => ({ kind: 'signed_in' }) as const
export const can = <P extends string>(permission: P) => ({ kind: 'can', permission }) as const

/** Who is calling; made from the credential alone, never from the body. */
export type Caller = { readonly kind: 'anonymous' } | PersonCaller | WorkspaceCaller
/** A person's session without a chosen workspace. */
export interface PersonCaller {
  readonly kind: 'person'
  readonly userId: string
  readonly sessionId: string
}
/** A credential inside one workspace: a person's session with a workspace chosen, or an API key. */
export interface WorkspaceCaller {
  readonly kind: 'workspace'
  readonly tenantId: string
  readonly role: string
  readonly permissions: ReadonlySet<string>
  /** Undefined for an API key. */
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  readonly keyId: string | undefined
}

type CallerOf<A extends Access> = A extends { kind: 'can' }
  ? WorkspaceCaller
  : A extends { kind: 'signed_in' }
    ? PersonCaller | (WorkspaceCaller & { readonly userId: string; readonly sessionId: string })
    : Caller

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

/** What a handler gets: parsed input, the caller, and little of the transport. */
export interface RouteRequest<A extends Access = Access, P = unknown, Q = unknown, B = unknown> {
  readonly params: Parsed<P>
  readonly query: Parsed<Q>
  readonly body: Parsed<B>
  readonly caller: CallerOf<A>
  /** The method asked with: a GET route also answers HEAD, whose reply goes without its body. */
  readonly method: string
  /** The raw body of a route that declares `upload`, else an empty stream. */
  readonly stream: Readable
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** The caller's address: the socket's, or the one a trusted proxy names. */
  readonly address: string
  readonly userAgent: string
  /** The name the client asked for, when it is one of `Http.serveHosts`; undefined for any other, whatever the header says. */
  readonly host: string | undefined
  readonly requestId: string
  readonly log: Logger
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal
}

export type Replies = { readonly [status: number]: z.ZodType }

/** What a handler may hand over for a type: the same, all of it possibly read-only, since it is only written out. */
export type Sent<T> = unknown extends T
  ? T
  : T extends Date | Readable | Uint8Array
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Sent<T[K]> }
      : T

/** One reply of a route, typed by its status. */
export type ReplyOf<R extends Replies> = {
  [Status in keyof R & number]: {
    readonly status: Status
    readonly body: Sent<z.input<R[Status]>>
    readonly headers?: Readonly<Record<string, string>>
    readonly cookies?: readonly SetCookie[]
  }
}[keyof R & number]

export interface SetCookie {
  readonly name: string
  /** An empty value clears the cookie. */
  readonly value: string
  readonly maxAgeSeconds: number
}

export interface Route {
  readonly method: Method
  /** With Fastify's `:name` parameters; under /v1 unless it is a public page or link. */
  readonly path: string
  readonly access: Access
  /** One line for the reference page, and the operation's name in the SDK: `listContacts`. */
  readonly name: string
  readonly summary: string
  readonly params: z.ZodType | undefined
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  readonly replies: Replies
  /** Takes the body as a stream of these content types instead of JSON. */
  readonly upload: { readonly contentTypes: readonly string[]; readonly maxBytes: number } | undefined
  /** Of a JSON body; default 1 MB. */
  readonly maxBodyBytes: number | undefined
  /** Makes something: takes an Idempotency-Key. Default true for POST with `can` access. */
  readonly creates: boolean
  /** Calls a minute for one credential or address; default 600. */
  readonly callsPerMinute: number
  readonly handler: (request: RouteRequest) => Promise<AnyReply>
}
export interface AnyReply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly SetCookie[]
}

/**
 * Declares a route: access, schemas, handler. The reply schema is the contract: fields that it does not name are left out,
 * and a reply that does not fit it is a 500 (`http.reply_mismatch`), so nothing undeclared ever leaves.
 *
 * A page or a file: give the body as text or a stream and a `content-type` header, and name the type in the schema,
 * `z.string().meta({ contentType: 'text/html' })`; it is sent as it is.
 *
 * @example
 * route({
 *   method: 'POST', path: '/v1/contacts', name: 'createContact', summary: 'Adds a contact',
 *   access: can('contacts.write'), body: NewContact, replies: { 201: Contact },
 *   handler: async ({ caller, body }) => ({ status: 201, body: await createContact(deps, caller.tenantId, body) }),
 * })
 */
export function route<
  const A extends Access,
  const R extends Replies,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  const Y extends ReplyOf<R> = ReplyOf<R>,
>(definition: {
  method: Method
  path: string
  name: string
  summary: string
  access: A
  params?: P
  query?: Q
  body?: B
  replies: R
  upload?: { contentTypes: readonly string[]; maxBytes: number }
  maxBodyBytes?: number
  creates?: boolean
  callsPerMinute?: number
  handler: (request: RouteRequest<A, P, Q, B>) => Promise<Y>
}): Route {
  return {
    params: undefined,
    query: undefined,
    body: undefined,
    upload: undefined,
    maxBodyBytes: undefined,
    creates: definition.method === 'POST' && definition.access.kind === 'can',
    callsPerMinute: 600,
    ...definition,
    handler: definition.handler as unknown as Route['handler'],
  }
}
