import pg from 'pg'
import type { SeenStatement } from './observe.ts'

/** One statement under the policies, and as it would be written by hand without any. */
export interface Comparison {
  readonly statement: SeenStatement
  readonly turns: number
  readonly securedMs: Percentiles
  readonly exemptMs: Percentiles
  /** By how much the 95th percentile of the first is above that of the second. */
  readonly overheadPercent: number
  /** The same for a second connection without policies: what this machine makes of no difference at all. */
  readonly noisePercent: number
}
export interface Percentiles {
  readonly p50: number
  readonly p95: number
}

const exemptRole = 'bench_exempt'
const mostTurns = 400
const tryoutTurns = 25
const patienceMs = 4_000

/** How a statement is run. */
interface Way {
  readonly role: string
  readonly text: string
  readonly name: string | undefined
}

/** Three connections to a database that nobody else works on; statements are compared for one tenant. */
export async function openReplay(url: string, tenantId: string) {
  const owner = await connect(url)
  await owner.query(`create role ${exemptRole} bypassrls; grant fanfare_app to ${exemptRole}`)
  const schemas = await makeViews(owner, tenantId)
  await owner.query('vacuum analyze')
  const lines = [await connect(url), await connect(url), await connect(url)] as const
  return {
    /** Undefined for a statement that does not run by itself, such as one on a temporary table. */
    compare: (statement: SeenStatement) => compare(lines, waysOf(statement, schemas), statement),
    async [Symbol.asyncDispose]() {
      for (const client of lines) await client.end()
      for (const schema of schemas) await owner.query(`drop schema exempt_${schema} cascade`)
      await owner.query(`drop owned by ${exemptRole}; drop role ${exemptRole}`)
      await owner.end()
    },
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

/**
 * Each table of tenants as a view of one tenant's rows, which reads as its owner and so under no policy: the condition that
 * somebody would write by hand, where a statement leaves it to row security.
 */
async function makeViews(owner: pg.Client, tenantId: string): Promise<string[]> {
  const { rows } = await owner.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relkind = 'r' and n.nspname !~ '^(kernel|pg_)'`)
  const schemas = [...new Set(rows.map(({ schema }) => schema))]
  for (const schema of schemas) {
    await owner.query(`create schema exempt_${schema}; grant usage on schema exempt_${schema} to ${exemptRole}`)
  }
  for (const { schema, name } of rows) {
    await owner.query(`
      create view exempt_${schema}.${name} as select * from ${schema}.${name} where tenant_id = '${tenantId}';
      grant all on exempt_${schema}.${name} to ${exemptRole}`)
  }
  return schemas
}

function waysOf({ text, name }: SeenStatement, schemas: readonly string[]) {
  const names = new RegExp(`(?<![\\w.])("?)(${schemas.join('|')})\\1\\.`, 'g')
  const viewed = text.replace(names, '$1exempt_$2$1.')
  return {
    secured: { role: 'fanfare_app', text, name },
    bare: { role: exemptRole, text, name },
    viewed: { role: exemptRole, text: viewed, name: name && `v${name}` },
  }
}

type Lines = readonly [pg.Client, pg.Client, pg.Client]

async function compare(
  lines: Lines,
  { secured, bare, viewed }: ReturnType<typeof waysOf>,
  statement: SeenStatement,
): Promise<Comparison | undefined> {
  // Against whichever is the faster: a policy is no excuse for a condition that was left out, nor for one said twice.
  const tryout = await inTurns(lines, [secured, bare, viewed], statement, tryoutTurns)
  if (tryout[0] === undefined || tryout[1] === undefined) return undefined
  const best = tryout[2] !== undefined && tryout[2].p50 < tryout[1].p50 ? viewed : bare
  const [held, exempt, control] = await inTurns(lines, [secured, best, best], statement, mostTurns)
  if (held === undefined || exempt === undefined || control === undefined) return undefined
  const percent = (one: number, other: number) => Math.round((one / other - 1) * 1_000) / 10
  return {
    statement,
    turns: held.turns,
    securedMs: held,
    exemptMs: exempt,
    overheadPercent: percent(held.p95, exempt.p95),
    noisePercent: percent(control.p95, exempt.p95),
  }
}

/** In an order that turns round, so that whatever else the machine does falls on all alike. Undefined for a way that fails. */
async function inTurns(lines: Lines, ways: readonly [Way, Way, Way], statement: SeenStatement, most: number) {
  const ms: number[][] = [[], [], []]
  const failed = new Set<number>()
  const began = performance.now()
  for (let turn = 0; turn < most && performance.now() - began < patienceMs; turn++) {
    for (let place = 0; place < ways.length; place++) {
      const at = (place + turn) % ways.length
      const took = await runOnce(lines[at] as pg.Client, ways[at] as Way, statement, turn)
      if (took === undefined) failed.add(at)
      // The first turns make the plans and warm the pages.
      else if (turn >= 5) ms[at]?.push(took)
    }
  }
  return ms.map((values, at) =>
    failed.has(at) || values.length === 0
      ? undefined
      : { turns: values.length, p50: percentile(values, 0.5), p95: percentile(values, 0.95) },
  )
}

async function runOnce(client: pg.Client, { role, text, name }: Way, { samples }: SeenStatement, turn: number) {
  const sample = samples[turn % samples.length] as SeenStatement['samples'][number]
  await client.query(
    `begin; set local role ${role}; set local app.tenant = '${sample.tenantId}'; set local app."user" = ''`,
  )
  try {
    const began = performance.now()
    await client.query({ text, values: [...sample.values], ...(name === undefined ? {} : { name }) })
    return performance.now() - began
  } catch {
    return undefined
  } finally {
    await client.query('rollback')
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
