/** Longer than a post takes, too short to find out a signature and use it again. */
const toleranceMs = 5 * 60_000

/** Whether seconds since 1970, as a text, are about now. */
export function isRecent(seconds: string, now: Date): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now.getTime() - Number(seconds) * 1_000) <= toleranceMs
}
