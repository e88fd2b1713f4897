const longestMs = 24 * 3_600_000
/** `Date.parse` alone would take almost anything. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * How long a Retry-After header asks to wait, in milliseconds and at most a day; undefined when there is none or it is not
 * readable. Seconds or a date (RFC 9110 §10.2.3).
 */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  const value = header?.trim() ?? ''
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : untilDate(value, now)
  return ms === undefined ? undefined : Math.min(longestMs, Math.max(0, ms))
}

function untilDate(value: string, now: Date): number | undefined {
  const at = httpDate.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at - now.getTime()
}
