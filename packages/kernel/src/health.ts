import type { Health, HealthReport } from './service.ts'
import { within } from './within.ts'

const checkTimeoutMs = 2_000

export interface HealthCheck {
  readonly name: string
  /** When down, takes the whole down with it; otherwise the whole is degraded. */
  readonly critical: boolean
  check(): Health | Promise<Health>
}

/** Runs all checks side by side, each under a time-out, and sums them up: the worst critical state, softened for the rest. */
export async function checkHealth(checks: readonly HealthCheck[]): Promise<HealthReport> {
  const results = await Promise.all(
    checks.map(async ({ name, critical, check }) => {
      const began = performance.now()
      const health = await within(checkTimeoutMs, `checking ${name}`, check).catch(
        (error: unknown): Health => ({ state: 'down', reason: error instanceof Error ? error.message : String(error) }),
      )
      return { name, critical, health: { ...health, checkedInMs: Math.round(performance.now() - began) } }
    }),
  )
  const bad = results.filter(({ health }) => health.state !== 'up')
  const down = bad.some(({ critical, health }) => critical && health.state === 'down')
  const services = Object.fromEntries(results.map(({ name, health }) => [name, health]))
  if (bad.length === 0) return { state: 'up', services }
  const reason = bad.map(({ name, health }) => `${name}: ${health.reason ?? health.state}`).join('; ')
  return { state: down ? 'down' : 'degraded', reason, services }
}
