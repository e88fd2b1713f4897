import type { WarmUp } from '../contract.ts'

/** What may leave today under a warm-up plan, and the day it counts for; undefined once the plan is over. */
export interface Allowance {
  /** ISO date in UTC. */
  readonly day: string
  readonly messages: number
  readonly endsAt: Date
}

/**
 * Days are those of UTC, so that no clock change makes one longer. Before its first day a plan allows what the first day
 * does.
 *
 * @example allowanceOf({ startedOn: '2026-11-25', firstDay: 50, growth: 1.5, days: 30 }, new Date('2026-11-26T10:00Z'))
 */
export function allowanceOf({ startedOn, firstDay, growth, days }: WarmUp, at: Date): Allowance | undefined {
  const today = Temporal.PlainDate.from(at.toISOString().slice(0, 10))
  const age = Math.max(0, Temporal.PlainDate.from(startedOn).until(today).days)
  if (age >= days) return undefined
  return {
    day: today.toString(),
    messages: Math.floor(firstDay * growth ** age),
    endsAt: new Date(`${today.add({ days: 1 })}T00:00:00Z`),
  }
}
