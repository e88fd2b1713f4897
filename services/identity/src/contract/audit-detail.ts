import { z } from 'zod'

/** How something was before or after an action: a few fields with plain values. */
export const AuditDetail = z.record(z.string(), z.unknown())
export type AuditDetail = z.infer<typeof AuditDetail>

export interface AuditDetails {
  readonly before?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Readonly<Record<string, unknown>> | undefined
}

const mostTextLength = 1_000
const mostItems = 100
const mostDepth = 5
const hidden = '[hidden]'
/** A name like these holds something that lets its reader in; a second guard, behind callers that leave it out. */
const secretName = /(password|passphrase|secret|token|credential|cookie|(api|private|access|signing)_?key|hash)$/i

/** Only what may be kept for years and shown to whoever reads the trail; with a `before`, only what has changed. */
export function auditDetails({ before, after }: AuditDetails): {
  before: AuditDetail | null
  after: AuditDetail | null
} {
  const [was, is] = [detailOf(before), detailOf(after)]
  if (was === null || is === null) return { before: was, after: is }
  const same = Object.keys(was).filter((name) => isSame(was[name], is[name]))
  return { before: without(was, same), after: without(is, same) }
}

function detailOf(given: Readonly<Record<string, unknown>> | undefined): AuditDetail | null {
  return given === undefined ? null : (plainOf(given, 0) as AuditDetail)
}

function plainOf(value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => plainOf(item, depth + 1))
  if (typeof value !== 'object') return shortened(String(value))
  if (depth >= mostDepth) return '…'
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(
    entries
      .slice(0, mostItems)
      .map(([name, field]) => [shortened(name), secretName.test(name) ? hiddenOf(field) : plainOf(field, depth + 1)]),
  )
}

/** That there is none, or whether there is one, is no secret. */
function hiddenOf(value: unknown): string | boolean | null {
  if (value === null || typeof value === 'boolean') return value
  return hidden
}

function shortened(text: string): string {
  const plain = text.replaceAll('\0', '').toWellFormed()
  return plain.length <= mostTextLength ? plain : `${plain.slice(0, mostTextLength).toWellFormed()}…`
}

function isSame(one: unknown, other: unknown): boolean {
  // A hidden value says nothing about whether it changed.
  return one !== hidden && JSON.stringify(one) === JSON.stringify(other)
}

function without(detail: AuditDetail, names: readonly string[]): AuditDetail {
  return Object.fromEntries(Object.entries(detail).filter(([name]) => !names.includes(name)))
}
