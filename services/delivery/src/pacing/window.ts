import type { SendWindow } from '../contract.ts'

/**
 * When the window is open next: `at` itself while it is open. Local times that a clock change skips open with the first
 * minute after it; those it repeats open with the first of the two.
 *
 * @example nextOpening({ timeZone: 'UTC', days: [1], from: '09:00', to: '17:00' }, new Date('2026-11-26T12:00Z'))
 */
export function nextOpening({ timeZone, days, from, to }: SendWindow, at: Date): Date {
  const now = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
  const today = now.toPlainDate()
  // From yesterday, whose window may still be open after midnight, to the same day next week.
  for (let offset = -1; offset <= 8; offset++) {
    const day = today.add({ days: offset })
    if (!days.includes(day.dayOfWeek)) continue
    const opens = day.toZonedDateTime({ timeZone, plainTime: from })
    const closes = (to > from ? day : day.add({ days: 1 })).toZonedDateTime({ timeZone, plainTime: to })
    if (Temporal.ZonedDateTime.compare(now, closes) >= 0) continue
    return Temporal.ZonedDateTime.compare(now, opens) >= 0 ? at : new Date(opens.epochMilliseconds)
  }
  throw new Error(`A window on the days ${days} opens within a week`)
}
