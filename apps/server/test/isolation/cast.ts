import { Identity, type KeyRole, keyRoles, permissionsOf, roles } from '@fanfare/identity/contract'
import { Db } from '@fanfare/kernel'
import { sql } from 'kysely'
import { asPage, type Call, callWith, type House, signIn, type Tenant } from '../house.ts'

/** Somebody who tries the routes, with all that the table of permissions says they may do. */
export interface Principal {
  /** For people: `editor`, `key of an editor`, `nobody`. */
  readonly name: string
  readonly kind: 'person' | 'key' | 'drifter' | 'nobody'
  readonly permissions: ReadonlySet<string>
  /** Calls in their own workspace, or naming another one. */
  call(workspace?: string): Call
  /** Calls with the credential alone. */
  readonly unnamed: Call
  /** The headers of a call in their own workspace. */
  credentials(): Record<string, string>
  /** A person whose session has ended gets another one. */
  refresh(): Promise<void>
}

export const password = 'correct horse battery'
const none: ReadonlySet<string> = new Set()

/** Everybody who can stand before a route: each role as a person and as a key, a person without a workspace, nobody. */
export async function castOf(house: House, home: Tenant): Promise<readonly Principal[]> {
  const people = await Promise.all(roles.map((role) => personOf(house, home.tenantId, role)))
  const keys = await Promise.all(keyRoles.map((role) => keyOf(house, home.tenantId, role)))
  return [...people, ...keys, await drifterOf(house), nobodyOf(house)]
}

async function personOf(house: House, tenantId: string, role: (typeof roles)[number]): Promise<Principal> {
  const session = await sessionOf(house, role, (userId) => join(house, { tenantId, userId, role }))
  return {
    name: role,
    kind: 'person',
    permissions: permissionsOf(role),
    call: (workspace = tenantId) => callWith(house.url, { ...session.headers(), 'fanfare-workspace': workspace }),
    credentials: () => ({ ...session.headers(), 'fanfare-workspace': tenantId }),
    unnamed: (...words) => callWith(house.url, session.headers())(...words),
    refresh: session.refresh,
  }
}

async function keyOf(house: House, tenantId: string, role: KeyRole): Promise<Principal> {
  const { key } = await house.app.get(Identity).issueKey({ tenantId, name: `key of ${role}`, role })
  const bearer = { authorization: `Bearer ${key}` }
  return {
    name: `key of ${role}`,
    kind: 'key',
    permissions: permissionsOf(role),
    call: (workspace) => callWith(house.url, workspace ? { ...bearer, 'fanfare-workspace': workspace } : bearer),
    unnamed: callWith(house.url, bearer),
    credentials: () => bearer,
    refresh: async () => {},
  }
}

/** In two workspaces and naming neither, so that none is chosen for them. */
async function drifterOf(house: House): Promise<Principal> {
  const session = await sessionOf(house, 'drifter', async (userId) => {
    const { tenantId } = await house.app.get(Identity).provision(newPerson('second'))
    await join(house, { tenantId, userId, role: 'owner' })
  })
  return {
    name: 'a person without a workspace',
    kind: 'drifter',
    permissions: none,
    call: (workspace) => {
      const named: Record<string, string> = workspace === undefined ? {} : { 'fanfare-workspace': workspace }
      return callWith(house.url, { ...session.headers(), ...named })
    },
    unnamed: (...words) => callWith(house.url, session.headers())(...words),
    credentials: session.headers,
    refresh: session.refresh,
  }
}

function nobodyOf({ url }: House): Principal {
  return {
    name: 'nobody',
    kind: 'nobody',
    permissions: none,
    call: (workspace) => callWith(url, workspace === undefined ? {} : { 'fanfare-workspace': workspace }),
    unnamed: callWith(url, {}),
    credentials: () => ({}),
    refresh: async () => {},
  }
}

let people = 0
const newPerson = (name: string) => {
  people += 1
  return { workspaceName: `Home of ${name}`, name, email: `${name}.${people}@example.com`, password }
}

/** A new account that is signed in, and how it comes back after a route has ended its session or the account itself. */
async function sessionOf(house: House, name: string, settle: (userId: string) => Promise<void>) {
  const open = async () => {
    const person = newPerson(name)
    const { userId } = await house.app.get(Identity).provision(person)
    await settle(userId)
    return signIn(house.url, person.email)
  }
  let cookie = await open()
  const headers = () => asPage(house.url, cookie)
  return {
    headers,
    async refresh() {
      const { status } = await callWith(house.url, headers())('GET', '/v1/me')
      if (status !== 200) cookie = await open()
    },
  }
}

async function join({ app }: House, member: { tenantId: string; userId: string; role: string }): Promise<void> {
  await app.get(Db).withTenant(member.tenantId, (trx) =>
    sql`
      insert into identity.membership (tenant_id, account_id, role, created_at)
      values (${member.tenantId}, ${member.userId}, ${member.role}, now())`.execute(trx),
  )
}
