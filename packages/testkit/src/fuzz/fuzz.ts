import type { TestClient, TestReply } from '../client.ts'
import type { TestCaller } from '../identity.ts'
import { createRandom } from './random.ts'
import { type ApiDocument, type FuzzRequest, operationsOf, requestOf } from './requests.ts'

export interface FuzzOptions {
  readonly tenantId: string
  /** How many requests; default 10 000. */
  readonly requests?: number
  /** The same seed makes the same choices. */
  readonly seed?: number
  /** Whom the requests come from; default the workspace's owner of the test identity. */
  readonly client?: TestClient
  /** Operations to leave out, by name. */
  readonly leaveOut?: readonly string[]
}

export interface FuzzFailure {
  readonly request: FuzzRequest
  readonly status: number
  readonly reply: string
}

export interface FuzzReport {
  readonly requests: number
  readonly operations: number
  readonly byStatus: Readonly<Record<string, number>>
  /** Replies of 5xx. */
  readonly serverErrors: readonly FuzzFailure[]
  /** Failures that are neither problem+json nor of a page's own declared type. */
  readonly strangeErrors: readonly FuzzFailure[]
}

interface FuzzedApp {
  readonly anonymous: TestClient
  as(caller: TestCaller): TestClient
}

const inFlight = 8
const keptIds = 500
const keptFailures = 50

/**
 * Sends requests made from the app's own OpenAPI document: some that fit, some that almost fit, some meant to break things.
 * Ids that replies show are used again, so that requests also meet rows that exist.
 *
 * @example assert.deepEqual((await fuzzApi(app, { tenantId, requests: 10_000, seed: 1 })).serverErrors, [])
 */
export async function fuzzApi(app: FuzzedApp, options: FuzzOptions): Promise<FuzzReport> {
  const { requests = 10_000, seed = 1, leaveOut = [] } = options
  const client = options.client ?? app.as({ tenantId: options.tenantId, role: 'owner' })
  const document = (await app.anonymous.get('/openapi.json')).body as ApiDocument
  const operations = operationsOf(document).filter(
    // A stream of events has no end to wait for.
    ({ operationId, replies }) => !leaveOut.includes(operationId) && !replies.includes('text/event-stream'),
  )
  const ids: string[] = []
  const source = { random: createRandom(seed), ids, definitions: document.components?.schemas ?? {} }
  const tally = createTally(operations.length)
  let left = requests
  const worker = async () => {
    while (left-- > 0) {
      const operation = source.random.pick(operations)
      const request = requestOf(source, operation)
      const reply = await client.request(request.method, request.url, request.body, request.headers)
      tally.add(request, reply, operation.replies)
      keepIds(ids, reply.text)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return tally.report()
}

function keepIds(ids: string[], text: string): void {
  const found = text.slice(0, 20_000).match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? []
  ids.push(...found)
  if (ids.length > keptIds) ids.splice(0, ids.length - keptIds)
}

function createTally(operations: number) {
  const byStatus: Record<string, number> = {}
  const serverErrors: FuzzFailure[] = []
  const strangeErrors: FuzzFailure[] = []
  const keep = (failures: FuzzFailure[], request: FuzzRequest, { status, text }: TestReply) => {
    if (failures.length < keptFailures) failures.push({ request, status, reply: text.slice(0, 500) })
  }
  return {
    add(request: FuzzRequest, reply: TestReply, declared: readonly string[]) {
      byStatus[reply.status] = (byStatus[reply.status] ?? 0) + 1
      if (reply.status >= 500) keep(serverErrors, request, reply)
      const type = reply.headers.get('content-type')?.split(';', 1)[0] ?? ''
      // A page for people may also say in its own form that a link is not valid.
      const known = type === 'application/problem+json' || (type !== 'application/json' && declared.includes(type))
      if (reply.status >= 400 && !known) keep(strangeErrors, request, reply)
    },
    report: (): FuzzReport => ({
      requests: Object.values(byStatus).reduce((sum, count) => sum + count, 0),
      operations,
      byStatus,
      serverErrors,
      strangeErrors,
    }),
  }
}
