import { Identity, type KeyRole, type Role } from '@fanfare/identity/contract'
import type { TestApp, TestClient, TestClock, TestHeaders, TestReply } from '@fanfare/testkit'
import { boot } from '@fanfare/testkit'
import { identity } from '../src/service.ts'

export const password = 'correct horse battery staple'

export interface BootIdentity {
  clock?: TestClock
  config?: Record<string, unknown>
  egress?: Record<string, unknown>
  /** Of the door. */
  http?: Readonly<Record<string, unknown>>
}

/** Identity on a database of its own, with password hashes that cost next to nothing. */
export function bootIdentity({ clock, config = {}, egress = {}, http = {} }: BootIdentity = {}): Promise<TestApp> {
  return boot([identity], {
    ...(clock ? { clock } : {}),
    config: { identity: { bcryptCost: 4, ...config }, egress, http },
  })
}

export interface Owner {
  readonly email: string
  readonly tenantId: string
  readonly userId: string
  /** Signed in, without naming a workspace. */
  readonly browser: TestClient
}

let owners = 0

/** A person with a workspace of their own, signed in. */
export async function buildOwner(app: TestApp): Promise<Owner> {
  owners += 1
  const email = `owner${owners}@example.com`
  const wanted = { workspaceName: `Workspace ${owners}`, name: `Owner ${owners}`, email, password }
  const { tenantId, userId } = await app.get(Identity).provision(wanted)
  const browser = app.browser()
  await browser.post('/v1/sessions', { email, password })
  return { email, tenantId, userId, browser }
}

/** What a page of ours sends after a sign-in: its cookies, where it is from, and the word that only it can read. */
export function pageHeaders(app: TestApp, signedIn: TestReply): Record<string, string> {
  const cookies = signedIn.headers.getSetCookie().map((line) => line.split(';', 1)[0] as string)
  const csrf = cookies.find((cookie) => cookie.startsWith('fanfare_csrf='))?.slice('fanfare_csrf='.length)
  return { cookie: cookies.join('; '), origin: app.url, ...(csrf === undefined ? {} : { 'fanfare-csrf': csrf }) }
}

/** A key of a workspace as an Authorization header. */
export async function buildKeyHeader(app: TestApp, tenantId: string, role: KeyRole) {
  const { key } = await app.get(Identity).issueKey({ tenantId, name: `A key for ${role}`, role })
  return { authorization: `Bearer ${key}` }
}

/** Invites an address as an owner or admin and returns the token of its link. */
export async function inviteAs(browser: TestClient, email: string, role: Role): Promise<string> {
  const { status, body, text } = await browser.post('/v1/invitations', { email, role })
  if (status !== 201) throw new Error(`the invitation was refused: ${text}`)
  return tokenIn(body.link)
}

export function tokenIn(link: string): string {
  return new URLSearchParams(new URL(link).hash.slice(1)).get('token') as string
}

/** A person with a role in an owner's workspace, come by an invitation, signed in and naming that workspace. */
export async function buildMember(app: TestApp, owner: Owner, role: Role): Promise<Owner> {
  const person = await buildOwner(app)
  const inviter = await signedInTo(app, owner)
  const token = await inviteAs(inviter, person.email, role)
  const browser = await signedInTo(app, { email: person.email, tenantId: owner.tenantId })
  const accepted = await browser.post('/v1/invitations/accept', { token }, { 'fanfare-workspace': person.tenantId })
  if (accepted.status !== 200) throw new Error(`the invitation was not accepted: ${accepted.text}`)
  return { ...person, tenantId: owner.tenantId, browser }
}

/** A browser of a person that names one workspace at each call. */
export async function signedInTo(app: TestApp, { email, tenantId }: Pick<Owner, 'email' | 'tenantId'>) {
  const browser = app.browser()
  await browser.post('/v1/sessions', { email, password })
  const named = (headers: TestHeaders = {}) => ({ 'fanfare-workspace': tenantId, ...headers })
  const client: TestClient = {
    request: (method, path, body, headers) => browser.request(method, path, body, named(headers)),
    get: (path, headers) => browser.get(path, named(headers)),
    post: (path, body, headers) => browser.post(path, body, named(headers)),
    put: (path, body, headers) => browser.put(path, body, named(headers)),
    patch: (path, body, headers) => browser.patch(path, body, named(headers)),
    delete: (path, body, headers) => browser.delete(path, body, named(headers)),
  }
  return client
}
