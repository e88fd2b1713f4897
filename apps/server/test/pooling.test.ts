import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Identity } from '@fanfare/identity/contract'
import { Db } from '@fanfare/kernel'
import { findPostgres, hasPgbouncer, openPgbouncer, openPostgresServer } from '@fanfare/testkit'
import { sql } from 'kysely'
import { type Call, callWith, type House, openHouse, type Reply } from './house.ts'

const skip =
  findPostgres() && hasPgbouncer() ? false : 'needs PostgreSQL and PgBouncer; apt install postgresql pgbouncer'
const workspaces = 200
const requests = 10_000
/** Requests at a time, many more than the connections they share. */
const abreast = 48
const connections = 5

interface Workspace {
  readonly tenantId: string
  readonly mark: string
  readonly call: Call
  readonly contactId: string
}

test('ten thousand requests of two hundred workspaces, through a pooler with five connections, show no row of another’s (ASVS 8.4.1)', {
  skip,
}, async (t) => {
  await using server = await openPostgresServer()
  await using pooler = await openPgbouncer(server.url, { connections })
  await using house = await openHouse([], { db: { url: pooler.url, directUrl: server.url, poolMax: 40 } })
  const all: Workspace[] = []
  for (let n = 0; n < workspaces; n += 20) {
    all.push(...(await Promise.all(Array.from({ length: 20 }, (_, k) => openMarked(house, n + k)))))
  }

  const began = performance.now()
  const wrong: string[] = []
  let [sent, failures] = [0, 0]
  await Promise.all(
    Array.from({ length: abreast }, async () => {
      while (sent < requests) {
        const turn = sent++
        // A step that is prime to the count, so that neighbours in time are of different workspaces.
        const own = all[(turn * 7) % workspaces] as Workspace
        const other = all[(turn * 7 + 1) % workspaces] as Workspace
        if (turn % 9 === 0) {
          await failInTheMiddle(house, own)
          failures += 1
        }
        wrong.push(...(await tryOne(turn, own, other)))
      }
    }),
  )
  const seconds = (performance.now() - began) / 1_000
  t.diagnostic(`${requests} requests and ${failures} failed transactions in ${seconds.toFixed(1)} s`)
  assert.deepEqual(wrong.slice(0, 10), [])
  assert.ok(failures > 1_000)
})

async function openMarked({ app, url }: House, n: number): Promise<Workspace> {
  const mark = `workspace-${String(n).padStart(3, '0')}`
  const person = { name: mark, email: `owner@${mark}.example`, password: 'correct horse battery' }
  const { tenantId } = await app.get(Identity).provision({ workspaceName: mark, ...person })
  const { key } = await app.get(Identity).issueKey({ tenantId, name: mark, role: 'owner' })
  const call = callWith(url, { authorization: `Bearer ${key}` })
  const contact = { email: `ada@${mark}.example`, consentBasis: 'opt_in', tags: [mark] }
  const made = await call('POST', '/v1/contacts', contact)
  assert.equal(made.status, 201, made.text)
  return { tenantId, mark, call, contactId: made.body.id }
}

/** One request, and what was wrong with its reply. */
async function tryOne(turn: number, own: Workspace, other: Workspace): Promise<string[]> {
  const { call, mark } = own
  switch (turn % 6) {
    case 0:
      return faultsOf(mark, 200, await call('GET', '/v1/contacts'))
    case 1:
      return faultsOf(mark, 200, await call('GET', '/v1/workspace'))
    case 2:
      return faultsOf(mark, 200, await call('GET', `/v1/contacts/${own.contactId}`))
    case 3:
      return faultsOf(undefined, 404, await call('GET', `/v1/contacts/${other.contactId}`))
    case 4:
      return faultsOf(mark, 201, await call('POST', '/v1/lists', { name: `${mark} ${turn}` }))
    default:
      return faultsOf(
        undefined,
        409,
        await call('POST', '/v1/contacts', { email: `ada@${mark}.example`, consentBasis: 'opt_in' }),
      )
  }
}

/** A reply has the mark of its own workspace, where one is due, and of no other. */
function faultsOf(mark: string | undefined, status: number, reply: Reply): string[] {
  if (reply.status !== status) return [`${reply.status} instead of ${status}: ${reply.text.slice(0, 300)}`]
  const marks = new Set(reply.text.match(/workspace-\d{3}/g))
  if (mark === undefined) return []
  return marks.size === 1 && marks.has(mark) ? [] : [`${mark} is shown ${[...marks].join(', ') || 'nothing'}`]
}

async function failInTheMiddle({ app }: House, { tenantId }: Workspace): Promise<void> {
  const failing = app.get(Db).withTenant(tenantId, async (trx) => {
    await sql`select count(*) from audience.contact`.execute(trx)
    await sql`select 1 / 0`.execute(trx)
  })
  await assert.rejects(failing, { code: '22012' })
}
