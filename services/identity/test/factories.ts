import { Identity, type KeyRole } from '@fanfare/identity/contract'
import type { TestApp, TestClient, TestClock, TestReply } from '@fanfare/testkit'
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
