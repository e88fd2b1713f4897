import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Logger } from './log.ts'
import type { Problem } from './problems.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface OpenDemands {
  /**
   * Takes the body as a form too, for a plain page or a mail program. A form can be posted from any page on the web, so never
   * on a route that signs somebody in.
   */
  readonly forms?: boolean
}
/** What a route asks of a person beyond being signed in. */
export interface PersonDemands {
  /** Wants a proof of identity of the last ten minutes: `http.proof_needed`. Only people can give one. */
  readonly recent?: boolean
}
export interface SignedInDemands extends PersonDemands {
  /** Lets in a session that still owes its second factor: for the routes of that step, and for signing out. */
  readonly partial?: boolean
}
export interface PermissionDemands extends PersonDemands {
  /** With `recent`: API keys pass all the same. A key cannot prove anything, so without this they are refused. */
  readonly keys?: boolean
  /** For people only, whatever the role of a key: what decides on people and on the workspace itself. */
  readonly people?: boolean
  /** Also while the workspace is halted: what must stay possible then, such as to undo its deletion. */
  readonly halted?: boolean
}

/**
 * Who may call a route. A route without access does not start.
 * - `anyone(why)`: no credential; the reason is part of the reference page.
 * - `signedIn()`: a person's session, no workspace yet.
 * - `can(permission)`: a credential of a workspace whose role has the permission.
 *
 * A session that still owes its second factor is nobody for the first, and refused by the others with
 * `http.factor_needed`, except where `signedIn({ partial: true })` lets it in.
 */
export type Access =
  | ({ readonly kind: 'anyone'; readonly why: string } & OpenDemands)
  | ({ readonly kind: 'signed_in' } & SignedInDemands)
  | ({ readonly kind: 'can'; readonly permission: string } & PermissionDemands)

export const anyone = (why: string, demands: OpenDemands = {}) => ({ kind: 'anyone', why, ...demands }) as const
export const signedIn = (demands: SignedInDemands = {}) => ({ kind: 'signed_in', ...demands }) as const
export const can = <P extends string>(permission: P, demands: PermissionDemands = {}) =>
  ({ kind: 'can', permission, ...demands }) as const

/** Who is calling; made from the credential alone, never from the body. */
export type Caller = { readonly kind: 'anonymous' } | PersonCaller | WorkspaceCaller
/** A person's session without a chosen workspace. */
export interface PersonCaller {
  readonly kind: 'person'
  readonly userId: string
  readonly sessionId: string
  /** Whether the session still owes its second factor. */
  readonly partial: boolean
  /** When the person last proved who they are; undefined while they have not. */
  readonly provenAt: Date | undefined
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
  /** As for a person; false for an API key. */
  readonly partial: boolean
  /** As for a person; undefined for an API key. */
  readonly provenAt: Date | undefined
  /** Why nothing of the workspace opens for this caller whatever their role; routes for persons stay open. */
  readonly barred?: Problem
  /** Why the workspace can be read and not changed now, in a sentence. */
  readonly halted?: string | undefined
  /** How many calls a minute the workspace has, over all its credentials; undefined is as many as each has for itself. */
  readonly allowance?: CallAllowance | undefined
}

export interface CallAllowance {
  readonly perMinute: number
  /** The failure of a call beyond it. */
  readonly refusal: (used: number, retryAfterSeconds: number) => Error
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
  /** Whether the pages' own scripts may read it; never for a credential. */
  readonly readable?: boolean
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
