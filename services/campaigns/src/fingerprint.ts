import { hash } from 'node:crypto'
import type { AudienceRef } from '@fanfare/audience/contract'

/** What a person approves: to whom, from whom, exactly which texts, in which parts. */
export interface Approvable {
  readonly senderId: string | null
  readonly audience: AudienceRef | null
  readonly holdoutPercent: number
  readonly variants: readonly {
    readonly label: string
    readonly emailId: string
    readonly revision: number
    readonly share: number
  }[]
}

export function fingerprintOf({ senderId, audience, holdoutPercent, variants }: Approvable): string {
  const texts = variants.map(({ label, emailId, revision, share }) => ({ label, emailId, revision, share }))
  return hash('sha256', canonicalJson({ senderId, audience, holdoutPercent, variants: texts }), 'hex')
}

/** JSON with the keys of every object in order: equal values have equal text (the part of RFC 8785 that our values need). */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) =>
    typeof child === 'object' && child !== null && !Array.isArray(child)
      ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)))
      : child,
  )
}
