import type { WarmUp } from '../../api/types.ts'

const dayMs = 86_400_000

/** What each day of a plan allows; the same sum as the engine’s. */
export function warmUpDays({ startedOn, firstDay = 50, growth = 1.5, days = 30 }: WarmUp) {
  const start = Date.parse(`${startedOn}T00:00:00Z`)
  if (Number.isNaN(start)) return []
  return Array.from({ length: days }, (_, age) => ({
    day: new Date(start + age * dayMs).toISOString().slice(0, 10),
    messages: Math.floor(firstDay * growth ** age),
  }))
}
