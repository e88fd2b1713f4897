import { type Clock, createIds, type Ids, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { type Contract, observeClient } from './contract.ts'
import type { Database } from './database.ts'
import { checkHealth } from './health.ts'
import { createLogger, type Logger } from './log.ts'
import { createMetrics, measure } from './prometheus.ts'
import { needIdsOf, needsOf } from './selection.ts'
import type {
  AnyService,
  AnyToken,
  Health,
  HealthReport,
  Registry,
  ServiceContext,
  ServiceDefinition,
  ServiceStatus,
} from './service.ts'
import { startProblem } from './start-errors.ts'
import { within } from './within.ts'

/** What a process runs with, whichever services are in it. */
export interface ProcessOptions {
  clock?: Clock
  log?: Logger
  /** How long work in hand may take to finish on stop; default 15 000. */
  drainBudgetMs?: number
}

/** What is kept of one service while it runs. */
interface Entry {
  readonly service: ServiceDefinition
  readonly level: number
  readonly config: Config
  readonly abort: AbortController
  readonly deferred: AsyncDisposableStack
  readonly ready: (() => void | Promise<void>)[]
  readonly drain: ((signal: AbortSignal) => void | Promise<void>)[]
  state: ServiceStatus['state']
  self: unknown
  failure: string | undefined
  startedInMs: number | undefined
}

/** Runs a checked graph: the life of its services from start to stop. Made by `start`. */
export class Process implements AsyncDisposable {
  readonly levels: readonly (readonly string[])[]
  readonly log: Logger
  readonly clock: Clock
  readonly ids: Ids
  readonly registry: Registry
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #drainBudgetMs: number
  readonly #metrics = createMetrics()
  #stopping: Promise<void> | undefined

  constructor(
    services: readonly AnyService[],
    levels: readonly (readonly string[])[],
    configs: ReadonlyMap<string, Config>,
    options: ProcessOptions,
  ) {
    this.levels = levels
    this.#drainBudgetMs = options.drainBudgetMs ?? 15_000
    this.clock = options.clock ?? systemClock
    this.ids = createIds(this.clock)
    this.log = options.log ?? createLogger({ level: 'info' })
    this.#entries = new Map(
      services.map((service) => [
        service.provides.id,
        entryOf(service, levels, configs.get(service.provides.id) ?? {}),
      ]),
    )
    this.registry = { services: () => this.#statuses(), health: () => this.#health() }
  }

  async start(): Promise<void> {
    try {
      for (const level of this.levels) await settleAll(level.map((id) => this.#startOne(this.#entry(id))))
      for (const level of this.levels) await settleAll(level.map((id) => this.#runReady(this.#entry(id))))
    } catch (error) {
      await this.#stopAll()
      throw error
    }
  }

  get(token: { readonly id: string }): unknown {
    const entry = this.#entries.get(token.id)
    if (entry?.state !== 'running') throw startProblem('not_running', { detail: { service: token.id } })
    return entry.self
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#drain().then(() => this.#stopAll())
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #entry(id: string): Entry {
    return this.#entries.get(id) as Entry
  }

  async #startOne(entry: Entry): Promise<void> {
    const { service } = entry
    const began = performance.now()
    const starting = this.#migrateAndStart(entry)
    try {
      const self = await within(service.startTimeoutMs, `starting ${service.provides.id}`, () => starting)
      entry.self = this.#observed(service.provides, self)
      entry.state = 'running'
      entry.startedInMs = Math.round(performance.now() - began)
    } catch (error) {
      // A start that comes through after its time-out has made something that nobody else will stop.
      starting.then((self) => service.stop(self)).catch(() => {})
      await this.#giveUp(entry, error)
    }
  }

  async #migrateAndStart(entry: Entry): Promise<unknown> {
    const { service } = entry
    const needs = Object.fromEntries(needsOf(service).map(([key, need]) => [key, this.get(need)]))
    if (service.migrations.length > 0) {
      await (this.get({ id: 'db' }) as Database).migrate(service.provides.id, service.migrations)
    }
    return service.start(needs, this.#contextOf(entry))
  }

  /** A contract's calls are measured; what else a service provides is handed on as it is. */
  #observed(provides: AnyToken | Contract, self: unknown): unknown {
    if (!('operations' in provides)) return self
    return observeClient(provides, self, (operation, call) =>
      measure(this.#metrics, 'call', `${provides.id}.${operation}`, call),
    )
  }

  async #runReady(entry: Entry): Promise<void> {
    if (entry.state !== 'running') return
    try {
      for (const run of entry.ready) {
        await within(entry.service.startTimeoutMs, `opening ${entry.service.provides.id}`, run)
      }
    } catch (error) {
      await this.#giveUp(entry, error)
    }
  }

  /** A critical service takes the start down with it; another is left out and reported. */
  async #giveUp(entry: Entry, error: unknown): Promise<void> {
    const name = entry.service.provides.id
    const reason = error instanceof Error ? error.message : String(error)
    entry.failure = reason
    if (entry.service.critical) {
      entry.abort.abort(error)
      throw startProblem('service_failed', { detail: { service: name, reason }, cause: error })
    }
    await this.#stopOne(entry)
    entry.state = 'degraded'
    this.log.warn({ service: name, err: error }, 'a service that is not critical did not start; going on without it')
  }

  #contextOf(entry: Entry): ServiceContext {
    const name = entry.service.provides.id
    return {
      name,
      config: entry.config,
      log: this.log.child({ service: name }),
      clock: this.clock,
      ids: this.ids,
      metrics: this.#metrics,
      signal: entry.abort.signal,
      registry: this.registry,
      onReady: (run) => void entry.ready.push(run),
      onDrain: (run) => void entry.drain.push(run),
      defer: (run) => void entry.deferred.defer(async () => run()),
    }
  }

  /** Every service finishes what it has in hand, side by side; at the end of the budget the signal aborts. */
  async #drain(): Promise<void> {
    const budgetMs = this.#drainBudgetMs
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), budgetMs)
    const drains = [...this.#entries.values()].flatMap((entry) =>
      entry.drain.map((run) =>
        within(budgetMs + 1_000, `draining ${entry.service.provides.id}`, () => run(abort.signal)),
      ),
    )
    for (const result of await Promise.allSettled(drains)) {
      if (result.status === 'rejected') this.log.warn({ err: result.reason }, 'a service did not drain in time')
    }
    clearTimeout(timer)
  }

  async #stopAll(): Promise<void> {
    for (const level of this.levels.toReversed()) await Promise.all(level.map((id) => this.#stopOne(this.#entry(id))))
  }

  /** A service that fails to stop must not keep the others up. */
  async #stopOne(entry: Entry): Promise<void> {
    if (entry.state === 'stopped') return
    const { service, state, self } = entry
    const name = service.provides.id
    entry.state = 'stopped'
    entry.abort.abort()
    if (state === 'running') {
      await within(service.stopTimeoutMs, `stopping ${name}`, () => service.stop(self)).catch((error) =>
        this.log.warn({ service: name, err: error }, 'a service did not stop cleanly'),
      )
    }
    await within(service.stopTimeoutMs, `releasing ${name}`, () => entry.deferred.disposeAsync()).catch((error) =>
      this.log.warn({ service: name, err: error }, 'a service did not release everything'),
    )
  }

  #statuses(): ServiceStatus[] {
    return [...this.#entries.values()].map(({ service, level, state, startedInMs }) => ({
      name: service.provides.id,
      group: service.group,
      version: service.version,
      needs: needIdsOf(service),
      level,
      state,
      startedInMs,
      critical: service.critical,
    }))
  }

  #health(): Promise<HealthReport> {
    return checkHealth(
      [...this.#entries.values()].map((entry) => ({
        name: entry.service.provides.id,
        critical: entry.service.critical,
        check: () => healthOf(entry),
      })),
    )
  }
}

function healthOf({ service, self, state, failure }: Entry): Health | Promise<Health> {
  if (failure !== undefined) return { state: 'down', reason: failure }
  if (state !== 'running') return { state: 'down', reason: `is ${state}` }
  return service.health(self)
}

function entryOf(service: AnyService, levels: readonly (readonly string[])[], config: Config): Entry {
  return {
    service,
    level: levels.findIndex((level) => level.includes(service.provides.id)),
    config,
    abort: new AbortController(),
    deferred: new AsyncDisposableStack(),
    ready: [],
    drain: [],
    state: 'starting',
    self: undefined,
    failure: undefined,
    startedInMs: undefined,
  }
}

/** Waits for all, then throws the first failure: nothing of a level is still starting when the roll-back begins. */
async function settleAll(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
