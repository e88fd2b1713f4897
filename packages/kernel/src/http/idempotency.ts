import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { isProblem } from '../problems.ts'
import type { AnyReply, RouteRequest, WorkspaceCaller } from '../route.ts'
import type { Door, MountedRoute } from './door.ts'
import { invalid } from './json.ts'
import { httpProblem } from './problems.ts'
import { isOpaque, problemReply } from './replies.ts'

const keptForMs = 24 * 60 * 60 * 1_000
/** A claim this old belongs to a process that died; its request may run again. */
const staleAfterMs = 60_000
const maxKeyLength = 255

interface IdempotencySchema {
  'kernel_http.idempotency': {
    tenant_id: string
    credential: string
    key: string
    request_hash: string
    claimed_at: Date
    expires_at: Date
    status: number | null
    reply: string | null
  }
}
type Trx = Transaction<IdempotencySchema>

/** One use of a key: whose, which, for what. */
interface Claim {
  readonly tenantId: string
  readonly credential: string
  readonly key: string
  readonly requestHash: string
  readonly now: Date
}

/**
 * Runs a creating request at most once for its Idempotency-Key: a repetition gets the first reply, whatever its status below
 * 500. A failure that may pass (5xx, limits) keeps nothing, so that a repetition tries again.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export async function once(
  door: Door,
  route: MountedRoute,
  request: RouteRequest,
  run: () => Promise<AnyReply>,
): Promise<AnyReply> {
  const key = request.headers['idempotency-key']
  if (!route.creates || key === undefined || request.caller.kind !== 'workspace') return run()
  if (key.length === 0 || key.length > maxKeyLength) {
    throw invalid([{ path: '/headers/idempotency-key', message: `has ${key.length} characters; 1 to 255 are taken` }])
  }
  const claim = claimOf(request.caller, key, hashOf(route, request), door.context.clock.now())
  const stored = await inTenant(door, claim, (trx) => claimOrRecall(trx, claim))
  if (stored) return stored
  return runClaimed(door, claim, run, request.requestId)
}

function claimOf(caller: WorkspaceCaller, key: string, requestHash: string, now: Date): Claim {
  const credential = caller.keyId === undefined ? `user:${caller.userId}` : `key:${caller.keyId}`
  return { tenantId: caller.tenantId, credential, key, requestHash, now }
}

function inTenant<T>(door: Door, claim: Claim, work: (trx: Trx) => Promise<T>): Promise<T> {
  return door.db.as<IdempotencySchema>().withTenant(claim.tenantId, work)
}

async function runClaimed(door: Door, claim: Claim, run: () => Promise<AnyReply>, requestId: string) {
  try {
    const reply = await run()
    await inTenant(door, claim, (trx) => (isOpaque(reply) ? release(trx, claim) : keep(trx, claim, reply)))
    return reply
  } catch (error) {
    const final = isProblem(error) && error.status < 500 && !error.retryable
    await inTenant(door, claim, (trx) =>
      final ? keep(trx, claim, problemReply(error, requestId)) : release(trx, claim),
    )
    throw error
  }
}

/** Returns the stored reply, or undefined when the claim is ours and the request is to run. */
async function claimOrRecall(trx: Trx, claim: Claim): Promise<AnyReply | undefined> {
  await deleteExpired(trx, claim)
  if (await insertClaim(trx, claim)) return undefined
  const found = await findClaim(trx, claim)
  if (found === undefined) throw httpProblem('idempotency_running', { retryAfterSeconds: 1 })
  if (found.request_hash !== claim.requestHash) throw httpProblem('idempotency_mismatch')
  if (found.status !== null && found.reply !== null) return recall(found.status, found.reply)
  if (await takeOverStale(trx, claim)) return undefined
  throw httpProblem('idempotency_running', { retryAfterSeconds: 1 })
}

function recall(status: number, reply: string): AnyReply {
  const { body, headers } = JSON.parse(reply) as Pick<AnyReply, 'body' | 'headers'>
  return { status, body, headers: { ...headers, 'idempotency-replayed': 'true' } }
}

/** Keeps the table as small as the last day: a tenant's own requests sweep what of theirs has expired. */
async function deleteExpired(trx: Trx, { tenantId, now }: Claim): Promise<void> {
  await trx
    .deleteFrom('kernel_http.idempotency')
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '<', now)
    .execute()
}

/** The primary key decides between two requests that come at once. */
async function insertClaim(trx: Trx, claim: Claim): Promise<boolean> {
  const inserted = await trx
    .insertInto('kernel_http.idempotency')
    .values({
      tenant_id: claim.tenantId,
      credential: claim.credential,
      key: claim.key,
      request_hash: claim.requestHash,
      claimed_at: claim.now,
      expires_at: new Date(claim.now.getTime() + keptForMs),
      status: null,
      reply: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return inserted !== undefined
}

function rowOf(claim: Claim) {
  return { tenant_id: claim.tenantId, credential: claim.credential, key: claim.key }
}

function findClaim(trx: Trx, claim: Claim) {
  return trx
    .selectFrom('kernel_http.idempotency')
    .select(['request_hash', 'status', 'reply'])
    .where((where) => where.and(rowOf(claim)))
    .executeTakeFirst()
}

async function takeOverStale(trx: Trx, claim: Claim): Promise<boolean> {
  const taken = await trx
    .updateTable('kernel_http.idempotency')
    .set({ claimed_at: claim.now })
    .where((where) => where.and(rowOf(claim)))
    .where('status', 'is', null)
    .where('claimed_at', '<', new Date(claim.now.getTime() - staleAfterMs))
    .returning('key')
    .executeTakeFirst()
  return taken !== undefined
}

async function keep(trx: Trx, claim: Claim, { status, body, headers }: AnyReply): Promise<void> {
  await trx
    .updateTable('kernel_http.idempotency')
    .set({ status, reply: JSON.stringify({ body, headers }) })
    .where((where) => where.and(rowOf(claim)))
    .execute()
}

async function release(trx: Trx, claim: Claim): Promise<void> {
  await trx
    .deleteFrom('kernel_http.idempotency')
    .where((where) => where.and(rowOf(claim)))
    .where('status', 'is', null)
    .execute()
}

/** What makes two requests the same. Of an upload, which is not read before it runs, only its announced size and type count. */
function hashOf(route: MountedRoute, { params, query, body, headers }: RouteRequest): string {
  const upload = route.upload ? [headers['content-length'], headers['content-type']] : []
  const text = canonical([route.method, route.path, params, query, body, upload])
  return createHash('sha256').update(text).digest('hex')
}

/** JSON with keys in order, so that the order of fields makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
