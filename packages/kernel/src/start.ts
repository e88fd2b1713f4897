import { type Clock, createIds, type Ids as IdSource, systemClock } from './clock.ts'
import { type Environment, readConfig } from './config.ts'
import type { Database } from './database.ts'
import { levelsOf, type WholeGraph } from './graph.ts'
import { checkHealth } from './health.ts'
import { createLogger, type Logger } from './log.ts'
import { defineProblems } from './problems.ts'
import { createMetrics } from './prometheus.ts'
import type { AnyService, AnyToken, HealthReport, Registry, ServiceContext, ServiceStatus } from './service.ts'
import type { ShapeOf, Token } from './token.ts'
import { within } from './within.ts'

export const startProblem = defineProblems('start', {
  graph: { kind: 'invalid', message: 'The services do not fit together:\n{reasons}' },
  unknown_service: { kind: 'invalid', message: 'There is no service {names}. There are: {known}' },
  service_failed: { kind: 'failed', message: "The service '{service}' did not start: {reason}" },
  not_running: { kind: 'missing', message: "The service '{service}' is not part of this process" },
})

export interface StartOptions {
  environment?: Environment
  /** Config values by service that beat the environment; for tests and commands. */
  config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Only these services (by name or group) and whatever they need. */
  only?: readonly string[]
  clock?: Clock
  log?: Logger
  /** How long work in hand may take to finish on stop; default 15 000. */
  drainBudgetMs?: number
}

/** Services that are running. `stop` drains, then stops them in reverse order; safe to call twice. */
export interface Running<Names extends string = string> extends AsyncDisposable {
  get<T extends AnyToken>(token: T['id'] extends Names ? T : never): ShapeOf<T>
  readonly levels: readonly (readonly string[])[]
  readonly registry: Registry
  readonly log: Logger
  readonly clock: Clock
  readonly ids: IdSource
  stop(): Promise<void>
}

/**
 * Starts services level by level, those of one level side by side, each under its own time-out. When one fails, those
 * already up are stopped in reverse order and the failure is thrown; one marked `critical: false` is left out instead and
 * health says `degraded`.
 *
 * A literal list is checked by the compiler: a missing, doubled or circular need is a type error that says which.
 *
 * Problems: `start.graph`, `start.unknown_service`, `start.service_failed`, `config.invalid`.
 *
 * @example
 * await using app = await start([database(), http(), audience])
 * await app.get(Audience).countContacts({ tenantId })
 */
export async function start<const L extends readonly AnyService[]>(
  services: L & WholeGraph<NoInfer<L>>,
  options: StartOptions = {},
): Promise<Running<L[number]['provides']['id']>> {
  const chosen = choose(services, options.only)
  const sorted = levelsOf(chosen.map(nodeOf))
  if ('wrong' in sorted) {
    throw startProblem('graph', { detail: { reasons: sorted.wrong.map((line) => `- ${line}`).join('\n') } })
  }
  const process = new Process(chosen, sorted.levels, options)
  await process.start()
  return process as unknown as Running<L[number]['provides']['id']>
}

function nodeOf(service: AnyService) {
  return { id: service.provides.id, needs: needIdsOf(service) }
}

function needIdsOf(service: AnyService): string[] {
  return Object.values(service.needs as AnyService['needs']).map((need) => (need as Token).id)
}

/** The services named, by name or group, and everything they need. */
function choose(services: readonly AnyService[], only: readonly string[] | undefined): readonly AnyService[] {
  if (only === undefined) return services
  const known = new Set(services.flatMap((service) => [service.provides.id, service.group]))
  const unknown = only.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    const names = services.map((service) => service.provides.id).join(', ')
    throw startProblem('unknown_service', { detail: { names: unknown.join(', '), known: names } })
  }
  const wanted = new Set(only)
  const byId = new Map(services.map((service) => [service.provides.id, service]))
  const kept = new Set<string>()
  const queue = services.filter((service) => wanted.has(service.provides.id) || wanted.has(service.group))
  for (let service = queue.pop(); service; service = queue.pop()) {
    if (kept.has(service.provides.id)) continue
    kept.add(service.provides.id)
    for (const need of needIdsOf(service)) {
      const needed = byId.get(need)
      if (needed) queue.push(needed)
    }
  }
  return services.filter((service) => kept.has(service.provides.id))
}

/** What is kept of one service while it runs. */
interface Entry {
  readonly service: AnyService
  readonly level: number
  readonly abort: AbortController
  readonly deferred: AsyncDisposableStack
  readonly ready: (() => void | Promise<void>)[]
  readonly drain: ((signal: AbortSignal) => void | Promise<void>)[]
  state: ServiceStatus['state']
  self: unknown
  failure: string | undefined
  startedInMs: number | undefined
}

class Process {
  readonly levels: readonly (readonly string[])[]
  readonly log: Logger
  readonly clock: Clock
  readonly ids: IdSource
  readonly registry: Registry
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #options: StartOptions
  readonly #metrics = createMetrics()
  #stopping: Promise<void> | undefined

  constructor(services: readonly AnyService[], levels: string[][], options: StartOptions) {
    this.levels = levels
    this.#options = options
    this.clock = options.clock ?? systemClock
    this.ids = createIds(this.clock)
    this.log = options.log ?? createLogger({ level: 'info' })
    this.#entries = new Map(services.map((service) => [service.provides.id, entryOf(service, levels)]))
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

  get(token: Token): unknown {
    const entry = this.#entries.get(token.id)
    if (entry === undefined || entry.self === undefined) {
      throw startProblem('not_running', { detail: { service: token.id } })
    }
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
    const name = service.provides.id
    const began = performance.now()
    try {
      const needs = Object.fromEntries(
        Object.entries(service.needs as AnyService['needs']).map(([key, need]) => [key, this.get(need as Token)]),
      )
      entry.self = await within(service.startTimeoutMs, `starting ${name}`, async () => {
        if (service.migrations.length > 0) await (this.get({ id: 'db' }) as Database).migrate(name, service.migrations)
        return service.start(needs, this.#contextOf(entry))
      })
      entry.state = 'running'
      entry.startedInMs = Math.round(performance.now() - began)
    } catch (error) {
      await this.#giveUp(entry, error)
    }
  }

  async #runReady(entry: Entry): Promise<void> {
    if (entry.state !== 'running') return
    try {
      for (const run of entry.ready)
        await within(entry.service.startTimeoutMs, `opening ${entry.service.provides.id}`, run)
    } catch (error) {
      await this.#giveUp(entry, error)
    }
  }

  /** A critical service takes the start down with it; another is left out and reported. */
  async #giveUp(entry: Entry, error: unknown): Promise<void> {
    const name = entry.service.provides.id
    const reason = error instanceof Error ? error.message : String(error)
    entry.abort.abort(error)
    entry.failure = reason
    if (entry.service.critical) {
      throw startProblem('service_failed', { detail: { service: name, reason }, cause: error })
    }
    entry.state = 'degraded'
    entry.self = undefined
    await entry.deferred.disposeAsync()
    this.log.warn({ service: name, err: error }, 'a service that is not critical did not start; going on without it')
  }

  #contextOf(entry: Entry): ServiceContext {
    const { service } = entry
    const name = service.provides.id
    return {
      name,
      config: service.config
        ? readConfig(name, service.config, this.#options.environment ?? {}, this.#options.config?.[name])
        : {},
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
    const budgetMs = this.#options.drainBudgetMs ?? 15_000
    const signal = AbortSignal.timeout(budgetMs)
    const drains = [...this.#entries.values()].flatMap((entry) =>
      entry.drain.map((run) =>
        within(budgetMs + 1_000, `draining ${entry.service.provides.id}`, async () => run(signal)),
      ),
    )
    for (const result of await Promise.allSettled(drains)) {
      if (result.status === 'rejected') this.log.warn({ err: result.reason }, 'a service did not drain in time')
    }
  }

  async #stopAll(): Promise<void> {
    for (const level of this.levels.toReversed()) await Promise.all(level.map((id) => this.#stopOne(this.#entry(id))))
  }

  /** A service that fails to stop must not keep the others up. */
  async #stopOne(entry: Entry): Promise<void> {
    if (entry.state === 'stopped') return
    const { service } = entry
    const name = service.provides.id
    entry.abort.abort()
    try {
      await within(service.stopTimeoutMs, `stopping ${name}`, async () => {
        if (entry.self !== undefined) await service.stop(entry.self)
      })
    } catch (error) {
      this.log.warn({ service: name, err: error }, 'a service did not stop cleanly')
    }
    await within(service.stopTimeoutMs, `releasing ${name}`, () => entry.deferred.disposeAsync()).catch((error) =>
      this.log.warn({ service: name, err: error }, 'a service did not release everything'),
    )
    entry.state = 'stopped'
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
        check: () => {
          if (entry.failure !== undefined) return { state: 'down', reason: entry.failure }
          if (entry.state !== 'running') return { state: 'down', reason: `is ${entry.state}` }
          return entry.service.health(entry.self)
        },
      })),
    )
  }
}

function entryOf(service: AnyService, levels: readonly (readonly string[])[]): Entry {
  return {
    service,
    level: levels.findIndex((level) => level.includes(service.provides.id)),
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
