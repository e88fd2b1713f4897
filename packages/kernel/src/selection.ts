import type { GraphNode } from './graph.ts'
import type { AnyService, AnyToken, Needs } from './service.ts'
import { startProblem } from './start-errors.ts'

/** A service as the ordering sees it. */
export function nodeOf(service: AnyService): GraphNode {
  return { id: service.provides.id, needs: needIdsOf(service), critical: service.critical }
}

/** What a service needs, by the name it gives each need. */
export function needsOf(service: AnyService): readonly (readonly [string, AnyToken])[] {
  return Object.entries(service.needs as Needs)
}

export function needIdsOf(service: AnyService): string[] {
  return needsOf(service).map(([, need]) => need.id)
}

/**
 * The services named, by name or group, and everything they need; all of them when nothing is named.
 *
 * Problems: `start.unknown_service`.
 */
export function selectServices(
  services: readonly AnyService[],
  only: readonly string[] | undefined,
): readonly AnyService[] {
  if (only === undefined) return services
  refuseUnknown(services, only)
  const wanted = new Set(only)
  const byId = new Map(services.map((service) => [service.provides.id, service]))
  const kept = new Set<string>()
  const queue = services.filter((service) => wanted.has(service.provides.id) || wanted.has(service.group))
  for (let service = queue.pop(); service; service = queue.pop()) {
    if (kept.has(service.provides.id)) continue
    kept.add(service.provides.id)
    queue.push(...needIdsOf(service).flatMap((id) => byId.get(id) ?? []))
  }
  return services.filter((service) => kept.has(service.provides.id))
}

function refuseUnknown(services: readonly AnyService[], only: readonly string[]): void {
  const known = new Set(services.flatMap((service) => [service.provides.id, service.group]))
  const unknown = only.filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw startProblem('unknown_service', { detail: { names: unknown.join(', '), known: [...known].join(', ') } })
}
