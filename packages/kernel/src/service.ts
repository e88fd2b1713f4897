import type { z } from 'zod'
import type { Clock, Ids } from './clock.ts'
import type { Migration } from './database.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { ShapeOf, Token } from './token.ts'

// A shape is invariant, so only `any` accepts every token: the seam of the whole wiring.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyToken = Token<string, any>
export type Needs = Readonly<Record<string, AnyToken>>
export type Resolved<N extends Needs> = { readonly [Name in keyof N]: ShapeOf<N[Name]> }

export const healthStates = ['up', 'degraded', 'down'] as const
export type HealthState = (typeof healthStates)[number]
export interface Health {
  readonly state: HealthState
  /** A sentence for the operator when not up. */
  readonly reason?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** What every service gets besides its needs. */
export interface ServiceContext<C = unknown> {
  readonly name: string
  /** The service's own parsed config. */
  readonly config: C
  readonly log: Logger
  readonly clock: Clock
  readonly ids: Ids
  readonly metrics: Metrics
  /** Aborted when the start fails or the service is being stopped. */
  readonly signal: AbortSignal
  /** What runs in this process, for a service that reports on the others. */
  readonly registry: Registry
  /** Runs after the whole graph has started, level by level: open the door, begin to poll. */
  onReady(run: () => void | Promise<void>): void
  /** Runs first on stop: take no new work and finish what is in hand before `signal` aborts at the drain budget. */
  onDrain(run: (signal: AbortSignal) => void | Promise<void>): void
  /** Runs when this service stops, last registered first. */
  defer(run: () => void | Promise<void>): void
}

/** What runs in this process. */
export interface Registry {
  services(): readonly ServiceStatus[]
  health(): Promise<HealthReport>
}
export interface ServiceStatus {
  readonly name: string
  readonly group: string
  readonly version: string
  readonly needs: readonly string[]
  readonly level: number
  readonly state: 'starting' | 'running' | 'degraded' | 'stopped'
  readonly startedInMs: number | undefined
  readonly critical: boolean
}
export interface HealthReport extends Health {
  readonly services: Readonly<Record<string, Health & { readonly checkedInMs: number }>>
}

/** A service as a value. Made by `defineService`; run by `start`. */
export interface ServiceDefinition<Id extends string = string, Shape = unknown, N extends Needs = Needs> {
  readonly provides: Token<Id, Shape>
  readonly needs: N
  readonly group: string
  readonly version: string
  readonly critical: boolean
  readonly config: z.ZodType | undefined
  readonly migrations: readonly Migration[]
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  start(needs: Resolved<N>, context: ServiceContext): Shape | Promise<Shape>
  stop(self: Shape): void | Promise<void>
  health(self: Shape): Health | Promise<Health>
}
// biome-ignore lint/suspicious/noExplicitAny: the list of a graph holds services of every shape
export type AnyService = ServiceDefinition<string, any, any>

/**
 * Declares a service: what it provides, what it needs, and how it starts. The value does nothing until `start` runs it.
 *
 * - `config`: a Zod object; its fields are read from `FANFARE_<SERVICE>_<FIELD>` (see `readConfig`).
 * - `migrations`: run in order in the service's own schema before `start`; needs a service that provides `db`.
 * - `critical: false`: when it fails to start, the others go on and health says `degraded`. Nothing may need it.
 * - `health`: asked with a time-out; a throw is `down`.
 *
 * @example
 * export const greeter = defineService({
 *   provides: Greeter,
 *   needs: { db: Db },
 *   start: ({ db }, { log }) => implement(Greeter, { greet: (input) => greet({ db, log }, input) }),
 * })
 */
export function defineService<
  const Id extends string,
  Shape,
  const N extends Needs = Record<never, never>,
  C extends z.ZodType = z.ZodType<Record<never, never>>,
>(definition: {
  provides: Token<Id, Shape>
  needs?: N
  group?: string
  version?: string
  critical?: boolean
  config?: C
  migrations?: readonly Migration[]
  /** Default 30 s: a first start creates the embedded database. */
  startTimeoutMs?: number
  /** Default 10 s. */
  stopTimeoutMs?: number
  start(needs: Resolved<N>, context: ServiceContext<z.output<C>>): NoInfer<Shape> | Promise<NoInfer<Shape>>
  stop?(self: NoInfer<Shape>): void | Promise<void>
  health?(self: NoInfer<Shape>): Health | Promise<Health>
}): ServiceDefinition<Id, Shape, N> {
  return {
    group: definition.provides.id,
    version: '0.1.0',
    critical: true,
    config: undefined,
    migrations: [],
    startTimeoutMs: 30_000,
    stopTimeoutMs: 10_000,
    stop: () => {},
    health: () => ({ state: 'up' }),
    ...definition,
    needs: definition.needs ?? ({} as N),
  } as ServiceDefinition<Id, Shape, N>
}
