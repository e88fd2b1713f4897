import type { Clock, Ids } from './clock.ts'
import { type Environment, readConfigs, unknownVariables } from './config.ts'
import { levelsOf, type WholeGraph } from './graph.ts'
import { createLogger, type Logger } from './log.ts'
import { Process, type ProcessOptions } from './process.ts'
import { nodeOf, selectServices } from './selection.ts'
import type { AnyService, AnyToken, Registry } from './service.ts'
import { startProblem } from './start-errors.ts'
import type { ShapeOf } from './token.ts'

export interface StartOptions extends ProcessOptions {
  environment?: Environment
  /** Config values by service that beat the environment; for tests and commands. */
  config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Variables of the environment that the application itself reads: no warning about these. */
  otherVariables?: readonly string[]
  /** Only these services (by name or group) and whatever they need. */
  only?: readonly string[]
}

/** Services that are running. `stop` drains, then stops them in reverse order; safe to call twice. */
export interface Running<Names extends string = string> extends AsyncDisposable {
  get<T extends AnyToken>(token: T['id'] extends Names ? T : never): ShapeOf<T>
  readonly levels: readonly (readonly string[])[]
  readonly registry: Registry
  readonly log: Logger
  readonly clock: Clock
  readonly ids: Ids
  stop(): Promise<void>
}

/**
 * Starts services level by level, those of one level side by side, each under its own time-out. Every config is read
 * before the first one starts. When one fails, those already up are stopped in reverse order and the failure is thrown;
 * one marked `critical: false` is left out instead and health says `degraded`. A variable named `FANFARE_…` that no
 * service reads is warned about, with the nearest name that is read.
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
  const environment = options.environment ?? {}
  const log = options.log ?? createLogger({ level: 'info' })
  const selected = selectServices(services, options.only)
  const sorted = levelsOf(selected.map(nodeOf))
  if ('wrong' in sorted) {
    throw startProblem('graph', { detail: { reasons: sorted.wrong.map((line) => `- ${line}`).join('\n') } })
  }
  const configs = readConfigs(selected.map(configuredOf), environment, options.config)
  for (const { variable, nearest } of unknownVariables(
    services.map(configuredOf),
    environment,
    options.otherVariables,
  )) {
    log.warn({ variable, nearest }, 'no service reads this variable; is it misspelt?')
  }
  const process = new Process(selected, sorted.levels, configs, { ...options, log })
  await process.start()
  return process as Running<string> as Running<L[number]['provides']['id']>
}

function configuredOf({ provides, config }: AnyService) {
  return { name: provides.id, schema: config }
}
