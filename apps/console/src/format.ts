const whole = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const dateOnly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

export const formatNumber = (value: number): string => whole.format(value)
export const formatCompact = (value: number): string => (value < 10_000 ? whole.format(value) : compact.format(value))
export const formatDateTime = (iso: string): string => dateTime.format(new Date(iso))
export const formatDate = (iso: string): string => dateOnly.format(new Date(iso))
export const formatClock = (iso: string): string => clock.format(new Date(iso))
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** `1 contact`, `2,000 contacts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

/**
 * A share in per cent with one digit where it matters; some is never rounded to none, nor almost all to all. A dash when
 * there is nothing to divide by.
 */
export function formatPercent(part: number, of: number): string {
  if (of === 0) return '–'
  const percent = (part / of) * 100
  if (percent > 0 && percent < 0.05) return '< 0.1 %'
  if (percent >= 99.95 && percent < 100) return '> 99.9 %'
  const digits = (percent > 0 && percent < 10) || (percent > 99 && percent < 100) ? 1 : 0
  return `${percent.toFixed(digits)} %`
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** `3 minutes ago`, `in 2 days`; within a minute: `just now`. */
export function formatRelative(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  }
  return 'just now'
}

export function formatBytes(bytes: number): string {
  const steps = ['B', 'kB', 'MB', 'GB']
  const step = Math.min(steps.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${steps[step]}`
}

export function formatMs(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 0 : 1)} s`
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`
}

export function formatUsd(usd: number | null): string {
  if (usd === null) return 'price not known'
  if (usd === 0) return 'free'
  return usd < 0.01 ? '< $0.01' : `$${usd.toFixed(2)}`
}
