import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker as circuitBreakerPolicy,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel'
import { isRetryable, never, type Policy } from './policy.ts'
import { resilienceProblem } from './problems.ts'

export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  failures: number
  /** How long nothing is tried; then one call tries whether it works again. */
  openForMs: number
  /** Which failures count; default `isRetryable`: a refused request says nothing about the other side's health. */
  countIf?: (error: unknown) => boolean
}

/** A policy that also says how it stands. */
export interface CircuitBreaker extends Policy {
  state(): 'closed' | 'open' | 'half_open'
}

/** Spares a side that is down: after some failures in a row calls fail at once with `resilience.circuit_open`. */
export function circuitBreaker({ failures, openForMs, countIf = isRetryable }: CircuitBreakerOptions): CircuitBreaker {
  const policy = circuitBreakerPolicy(handleWhen(countIf), {
    halfOpenAfter: openForMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  return {
    async run(work, signal = never) {
      try {
        return await policy.execute(({ signal: inner }) => work(inner), signal)
      } catch (error) {
        if (!isBrokenCircuitError(error)) throw error
        throw resilienceProblem('circuit_open', {
          detail: { failures },
          retryAfterSeconds: Math.ceil(openForMs / 1_000),
          cause: error,
        })
      }
    },
    state: () => stateNames[policy.state],
  }
}

const stateNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
} as const
