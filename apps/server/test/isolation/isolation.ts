import { createHash, randomUUID } from 'node:crypto'
import { type AnyService, type Database, Db, Http, type Route } from '@fanfare/kernel'
import { sql } from 'kysely'
import { type House, openHouse, type Reply, type Tenant } from '../house.ts'
import { type Belongings, makeBelongings, privateTexts } from './belongings.ts'
import { sampleOf } from './samples.ts'

export interface IsolationReport {
  readonly routes: number
  /** Routes that were tried with a stranger's credential and the owner's ids. */
  readonly covered: number
  readonly leaks: number
  /** What went wrong, one sentence each; a route without a case is among them. */
  readonly findings: readonly string[]
}

/** Routes that need no credential, each looked at by hand. A new one must be added here with its eyes open. */
const publicRoutes = new Set([
  'getLivez',
  'getReadyz',
  'getHealth',
  'getMetrics',
  'getOpenApiDocument',
  'getSetup',
  'completeSetup',
  'signIn',
  'openInvitation',
  'signUpInvited',
  'getSignInOptions',
  'startExternalSignIn',
  'finishExternalSignIn',
  'getSignUpOffer',
  'askSignUp',
  'finishSignUp',
  'askPasswordReset',
  'finishPasswordReset',
  'lookAtLink',
  'finishEmailVerification',
  'finishEmailChange',
  'undoEmailChange',
  'beginPasskeySignIn',
  'signInWithPasskey',
  'issueTokens',
  'refreshTokens',
  'revokeTokens',
  'getSigningKeys',
  'followLink',
  'loadPixel',
  'showUnsubscribe',
  'unsubscribe',
  'showPreferences',
  'savePreferences',
  'proveInstallation',
  'takeProviderEvents',
  'getAppearance',
  'getPicture',
  'proveSite',
])

/** Bodies where a generated one would be refused before the id is looked up. */
const bodies: Readonly<Record<string, (ids: Belongings) => unknown>> = {
  startImport: () => ({ columns: [{ kind: 'field', key: 'email' }], consentBasis: 'opt_in' }),
  scheduleCampaign: () => ({ at: new Date(Date.now() + 86_400_000).toISOString() }),
}

/**
 * Tries every route of the product as a stranger with the owner's ids: each must answer as for a thing that is not there, show
 * nothing of the owner's, and change nothing. `more` are services besides the product's.
 */
export async function runIsolation(more: readonly AnyService[] = []): Promise<IsolationReport> {
  await using house = await openHouse(more)
  const owner = await house.openWorkspace('Owner')
  const stranger = await house.openWorkspace('Stranger')
  const ids = await makeBelongings(house, owner)
  const before = await checksum(house, owner.tenantId)

  const routes = house.app.get(Http).routes()
  const findings: string[] = []
  let covered = 0
  for (const route of routes) {
    const found = await tryRoute(route, { owner, stranger, ids })
    if (found === 'no case') findings.push(`${route.method} ${route.path}: has no case; add its ids or its access`)
    else {
      covered += 1
      findings.push(...found.map((sentence) => `${route.method} ${route.path}: ${sentence}`))
    }
  }
  const leaks = findings.length - (routes.length - covered)
  const changed = changedTables(before, await checksum(house, owner.tenantId))
  if (changed.length > 0) findings.push(`the owner's rows changed in ${changed.join(', ')}`)
  return { routes: routes.length, covered, leaks: leaks + changed.length, findings }
}

interface Parties {
  owner: Tenant
  stranger: Tenant
  ids: Belongings
}

async function tryRoute(route: Route, { owner, stranger, ids }: Parties): Promise<string[] | 'no case'> {
  if (route.access.kind === 'anyone') return publicRoutes.has(route.name) ? [] : 'no case'
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string)
  if (names.some((name) => ids[name] === undefined)) return 'no case'

  const content = bodyOf(route, ids)
  const path = names.reduce((text, name) => text.replace(`:${name}`, ids[name] as string), route.path)
  const query = queryOf(route, ids)
  const headers = route.upload ? { 'content-type': route.upload.contentTypes[0] as string } : undefined
  // Signing out ends the session that the next routes are tried with, and is about nobody else.
  if (route.name === 'signOut') return []

  const found: string[] = []
  if (route.access.kind === 'can') {
    const call = isForPeople(route.access) ? stranger.callAsPerson(stranger.tenantId) : stranger.call
    const reply = await call(route.method, path + query, content, headers)
    if (!isNamed(route)) found.push(...leaksIn(reply, ids))
    if (names.length > 0) found.push(...(await unlikeMissing(route, reply, { call, ids, query, content, headers })))
    const foreign = await stranger.callAsPerson(owner.tenantId)(route.method, path + query, content, headers)
    if (foreign.status !== 404) found.push(`names the owner's workspace and answers ${foreign.status}`)
    found.push(...leaksIn(foreign, ids))
  } else {
    found.push(
      ...leaksIn(await stranger.callAsPerson(stranger.tenantId)(route.method, path + query, content, headers), ids),
    )
  }
  return found
}

/** No key of the stranger's gets as far as to the ids. */
function isForPeople(access: Route['access']): boolean {
  return access.kind === 'can' && (access.people === true || (access.recent === true && access.keys !== true))
}

/** Names are chosen by people: a stranger may have a thing of the same name, and gets back the name that they gave. */
function isNamed({ path }: Route): boolean {
  return path.includes(':name')
}

/** The owner's id and one that nobody has must get the same answer. */
async function unlikeMissing(
  route: Route,
  reply: Reply,
  again: {
    call: Tenant['call']
    ids: Belongings
    query: string
    content: unknown
    headers: Record<string, string> | undefined
  },
): Promise<string[]> {
  if (isNamed(route)) return []
  const nobody = route.path.replace(/:(\w+)/g, () => randomUUID())
  const missing = await again.call(route.method, nobody + again.query, again.content, again.headers)
  if (reply.status !== missing.status || reply.body?.code !== missing.body?.code) {
    return [
      `answers ${reply.status} ${reply.body?.code} for the owner's id and ${missing.status} ${missing.body?.code} for nobody's`,
    ]
  }
  const listing = route.method === 'GET' && missing.status === 200 && missing.body?.rows?.length === 0
  return missing.status === 404 || listing
    ? []
    : [`answers ${missing.status} for an id that nobody has: ${missing.text.slice(0, 200)}`]
}

function bodyOf(route: Route, ids: Belongings): unknown {
  if (route.upload) return 'Email\nstranger.row@example.com\n'
  if (!route.body) return undefined
  return bodies[route.name]?.(ids) ?? sampleOf(route.body, ids)
}

function queryOf(route: Route, ids: Belongings): string {
  if (!route.query) return ''
  const wanted = ['listId', 'segmentId', 'contactId', 'campaignId']
  const fields = Object.keys((sampleOf(route.query, ids) ?? {}) as object)
  const pairs = wanted.filter((name) => fields.includes(name)).map((name) => [name, ids[name] as string])
  if (fields.includes('fileName')) pairs.push(['fileName', 'stranger.csv'])
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''
}

/** The owner's ids come back only inside a problem that repeats what was asked for. */
function leaksIn(reply: Reply, ids: Belongings): string[] {
  if (reply.status >= 500) return [`answers ${reply.status}`]
  const shown = reply.status < 400 ? Object.values(ids).filter((id) => id !== ids.name && reply.text.includes(id)) : []
  const texts = privateTexts.filter((text) => reply.status < 400 && reply.text.includes(text))
  return [...shown, ...texts].map((text) => `shows "${text}" of the owner's`)
}

/** One digest for each table with rows of a tenant. */
async function checksum({ app }: House, tenantId: string): Promise<Map<string, string>> {
  const database: Database = app.get(Db)
  return database.withTenant(tenantId, async (trx) => {
    const { rows: tables } = await sql<{ name: string }>`
      select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
      from information_schema.columns where column_name = 'tenant_id' and table_schema not like 'kernel%'
      order by 1
    `.execute(trx)
    const digests = new Map<string, string>()
    for (const { name } of tables) {
      const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.raw(name)} t order by 1`.execute(
        trx,
      )
      digests.set(
        name,
        createHash('sha256')
          .update(rows.map(({ line }) => line).join('\n'))
          .digest('hex'),
      )
    }
    return digests
  })
}

function changedTables(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name)
}
