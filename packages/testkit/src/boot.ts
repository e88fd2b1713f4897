import { randomUUID } from 'node:crypto'
import {
  type AnyService,
  cache,
  checkContractOutput,
  createLogger,
  type Database,
  Db,
  database,
  type Environment,
  Events,
  egress,
  events,
  flags,
  Http,
  http,
  Jobs,
  jobs,
  keys,
  live,
  type Registry,
  type Running,
  readEnvironment,
  start,
  type Token,
} from '@fanfare/kernel'
import { createBrowser, createClient, type TestClient } from './client.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './databases.ts'
import { type TestCaller, testIdentity, tokenOf } from './identity.ts'
import { openWatcher, type Watcher } from './watcher.ts'

export interface BootOptions {
  /** Config values by service. */
  config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  environment?: Environment
  clock?: TestClock
}

/** Services under test, running on a database of their own behind real HTTP. */
export interface TestApp extends AsyncDisposable {
  readonly url: string
  readonly db: Database
  readonly clock: TestClock
  readonly registry: Registry
  readonly anonymous: TestClient
  get<Shape>(token: Token<string, Shape>): Shape
  /** A new workspace's id. */
  tenant(): string
  /** Calls as a role of a workspace, or as a person. Only with the test identity. */
  as(caller: TestCaller): TestClient
  /** Calls as a browser does: keeps cookies, sends its Origin, names a workspace if given. */
  browser(workspace?: string): TestClient
  /** Watches live topics of a workspace as its owner, over a real WebSocket. Only with the test identity. */
  watch(tenantId: string, topics: readonly string[]): Promise<Watcher>
  /** Resolves when no event and no job is waiting. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/**
 * Boots services together with those of the kernel, on PGlite or, with `DATABASE_URL`, on a new PostgreSQL database. A test
 * identity stands in unless identity is in the list. Logs are shown with `LOG=1`; what contracts return is checked.
 *
 * @example
 * await using app = await boot([audience])
 * const api = app.as({ tenantId: app.tenant(), role: 'owner' })
 * const made = await api.post('/v1/contacts', { email: 'ada@example.com' })
 */
export async function boot(services: readonly AnyService[], options: BootOptions = {}): Promise<TestApp> {
  checkContractOutput(true)
  const clock = options.clock ?? createTestClock()
  const own = await createTestDatabase()
  try {
    const running = await start(withKernel(services) as readonly never[], {
      environment: { FANFARE_DATA_DIR: 'memory://', ...options.environment },
      config: {
        ...options.config,
        db: { ...own.config, ...options.config?.db },
        http: { port: 0, rateLimitFactor: 1_000, ...options.config?.http },
      },
      clock,
      log: createLogger({ level: readEnvironment().LOG === '1' ? 'debug' : 'silent' }),
    })
    return appOf(running as unknown as Running, clock, own)
  } catch (error) {
    await own.drop()
    throw error
  }
}

/** The list, with what it leaves out of the kernel and an identity. */
function withKernel(services: readonly AnyService[]): readonly AnyService[] {
  const given = new Set(services.map((service) => service.provides.id))
  const usual = [...kernelServices(), testIdentity as AnyService]
  return [...usual.filter((service) => !given.has(service.provides.id)), ...services]
}

function kernelServices(): readonly AnyService[] {
  return [database(), keys(), cache(), flags(), http(), live(), egress(), events(), jobs()]
}

function appOf(running: Running, clock: TestClock, database: TestDatabase): TestApp {
  const get = <Shape>(token: Token<string, Shape>) => running.get(token as never) as Shape
  const url = get(Http).localUrl
  const stop = once(async () => {
    await running.stop()
    await database.drop()
  })
  return {
    url,
    db: get(Db),
    clock,
    registry: running.registry,
    anonymous: createClient(url, () => ({})),
    get,
    tenant: () => randomUUID(),
    as: (caller) => createClient(url, () => ({ authorization: `Bearer ${tokenOf(caller)}` })),
    browser: (workspace) => createBrowser(url, workspace),
    watch: (tenantId, topics) => openWatcher(url, tokenOf({ tenantId, role: 'owner' }), topics),
    drain: () => drain(get(Events), get(Jobs)),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** A job may publish events and an event may enqueue jobs; a chain in a test is far shorter than this. */
const drainRounds = 5

async function drain(events: Events, jobs: Jobs): Promise<void> {
  for (let round = 0; round < drainRounds; round++) {
    await events.drain()
    await jobs.drain()
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
