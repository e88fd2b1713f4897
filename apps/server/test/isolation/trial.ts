import { createHash, randomUUID } from 'node:crypto'
import { type Database, Db, type Route } from '@fanfare/kernel'
import { sql } from 'kysely'
import type { Call, House, Reply, Tenant } from '../house.ts'
import { type Belongings, privateTexts } from './belongings.ts'
import type { Principal } from './cast.ts'
import { sampleOf } from './samples.ts'

/** What everybody who tries something works with, and where it is written down. */
export interface Trial {
  readonly house: House
  /** Whose things the strangers are after. */
  readonly owner: Tenant
  readonly ids: Belongings
  /** The strangers' workspace, its things, and those who work in it. */
  readonly home: Tenant
  readonly own: Belongings
  readonly strangers: readonly Principal[]
  /** Another workspace, where anything may be done for real. */
  readonly playground: readonly Principal[]
  readonly tally: { cells: number }
  readonly findings: string[]
}

/** A request that was made ready: only who sends it is missing. */
export interface Attempt {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** The workspace that the call names in a header. */
  readonly named?: string
}

export function find(trial: Trial, { method, path }: Pick<Route, 'method' | 'path'>, sentence: string): void {
  trial.findings.push(`${method} ${path}: ${sentence}`)
}

/** Sends one request as one cell of the matrix, and looks over the reply for what nobody but the owner may see. */
export async function tryCell(trial: Trial, route: Route, call: Call, attempt: Attempt): Promise<Reply> {
  trial.tally.cells += 1
  const reply = await call(route.method, attempt.path, attempt.body, attempt.headers)
  for (const sentence of leaksIn(reply, trial.ids, attempt)) find(trial, route, sentence)
  return reply
}

/** Names are chosen by people: a stranger may have a thing of the same name, and gets back the name that they gave. */
function leaksIn(reply: Reply, ids: Belongings, { path, body, named }: Attempt): string[] {
  if (reply.status >= 500) return [`answers ${reply.status}: ${reply.text.slice(0, 200)}`]
  // What was sent may come back.
  const sent = path + JSON.stringify(body ?? null) + named
  const shown = Object.values(ids).filter((id) => isId(id) && reply.text.includes(id) && !sent.includes(id))
  const texts = privateTexts.filter((text) => reply.text.includes(text) && !sent.includes(text))
  return [...shown, ...texts].map((text) => `shows "${text}" of the owner's`)
}

export function isId(value: string | undefined): boolean {
  return value !== undefined && /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(value)
}

/** Bodies where a generated one would be refused before the id is looked up. */
const bodies: Readonly<Record<string, () => object>> = {
  startImport: () => ({ columns: [{ kind: 'field', key: 'email' }], consentBasis: 'opt_in' }),
  scheduleCampaign: () => ({ at: new Date(Date.now() + 86_400_000).toISOString() }),
}

/** A request that a route understands, with the ids that are given for its path and, in its body, the strangers' own. */
export function attemptOn(route: Route, ids: Belongings, own: Belongings): Attempt {
  return { path: pathOf(route, ids) + neededQuery(route, own), ...contentOf(route, own) }
}

export function paramsOf({ path }: Pick<Route, 'path'>): string[] {
  return [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string)
}

export function pathOf(route: Pick<Route, 'path'>, ids: Belongings): string {
  return route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'nothing'))
}

export function contentOf(route: Route, own: Belongings): Omit<Attempt, 'path'> {
  if (route.upload) {
    const type = route.upload.contentTypes[0] as string
    return { body: 'Email\nstranger.row@example.com\n', headers: { 'content-type': type } }
  }
  if (!route.body) return {}
  return { body: writtenBody(route) ?? sampleOf(route.body, own) }
}

export function writtenBody(route: Route): object | undefined {
  return bodies[route.name]?.()
}

/** Only what a route cannot do without. */
export function neededQuery(route: Route, own: Belongings): string {
  if (!route.query) return ''
  const fields = Object.entries(sampleOf(route.query, own, { sparse: true }) as Record<string, unknown>)
  const pairs = fields.map(([name, value]): [string, string] => [name, name === 'fileName' ? 'some.csv' : `${value}`])
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''
}

/** Ids that nobody has, for each that there is. */
export function nobodysIds(ids: Belongings): Belongings {
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, isId(id) ? randomUUID() : id]))
}

/** A reply without what differs between any two: the id that was asked for, and what is made anew each time. */
export function evened(reply: Reply, id: string): string {
  const text = reply.text.replaceAll(id, '<asked>').replace(/"requestId":"[^"]*"/g, '')
  const made = text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/"(\w+Ms)":\d+/g, '"$1":0')
    .replace(/stranger \d+/g, 'stranger')
    .replace(/<[^<>@\s]+@[^<>\s]+>/g, '<message>')
  return `${reply.status} ${made}`
}

/** One digest for each table with rows of a tenant. */
export async function checksum({ app }: House, tenantId: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const [name, lines] of await rowsOf(app.get(Db), tenantId)) {
    digests.set(name, createHash('sha256').update(lines.join('\n')).digest('hex'))
  }
  return digests
}

export function changedTables(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name)
}

/** The rules of a segment are kept as they are written, with whatever campaign they name; the trail keeps what was asked. */
function isKeptAsWritten(table: string, line: string): boolean {
  const isInTrail = table === 'identity.audit' && /,(segment\.(created|updated)|campaign\.test_sent),/.test(line)
  return isInTrail || table === 'audience.segment'
}

/** Tables in which a stranger's rows hold an id or a text of the owner's. */
export async function tablesHolding(house: House, tenantId: string, owners: Belongings): Promise<string[]> {
  const rows = await rowsOf(house.app.get(Db), tenantId)
  // A stranger may have called something as the owner did.
  const texts = [...Object.values(owners).filter(isId), ...privateTexts.filter((text) => text !== 'private_')]
  return [...rows]
    .filter(([name, lines]) =>
      lines.some((line) => !isKeptAsWritten(name, line) && texts.some((text) => line.includes(text))),
    )
    .map(([name]) => name)
}

/** All rows of a tenant as text, by table. What the kernel keeps for itself is not looked at. */
function rowsOf(database: Database, tenantId: string): Promise<Map<string, string[]>> {
  return database.withTenant(tenantId, async (trx) => {
    const { rows: tables } = await sql<{ name: string }>`
      select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
      from information_schema.columns where column_name = 'tenant_id' and table_schema not like 'kernel%'
      order by 1
    `.execute(trx)
    const found = new Map<string, string[]>()
    for (const { name } of tables) {
      const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.raw(name)} t order by 1`.execute(
        trx,
      )
      found.set(
        name,
        rows.map(({ line }) => line),
      )
    }
    return found
  })
}
