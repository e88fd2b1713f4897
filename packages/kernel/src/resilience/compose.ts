import { never, type Policy } from './policy.ts'

/**
 * One policy of several, the first outermost: `compose(retry(…), timeout(…))` gives each try its own time-out,
 * `compose(timeout(…), retry(…))` one time-out for all of them.
 *
 * @example
 * const careful = compose(circuitBreaker({ failures: 5, openForMs: 10_000 }), retry({ attempts: 3 }), timeout(5_000))
 * await careful.run((signal) => egress.fetch(url, { signal }))
 */
export function compose(...policies: readonly Policy[]): Policy {
  return {
    run: (work, signal = never) =>
      policies.reduceRight((inner, policy) => (outer: AbortSignal) => policy.run(inner, outer), work)(signal),
  }
}
