import type { AudienceRef } from '../../api/types.ts'

/** An audience as the value of a select: `everyone`, `list:<id>`, `segment:<id>`. */
export function valueOfAudience(audience: AudienceRef | null): string {
  switch (audience?.kind) {
    case undefined:
      return ''
    case 'everyone':
      return 'everyone'
    case 'list':
      return `list:${audience.listId}`
    case 'segment':
      return `segment:${audience.segmentId}`
  }
}

export function audienceOf(value: string | null): AudienceRef | null {
  const [kind, id] = (value ?? '').split(':')
  if (kind === 'everyone') return { kind }
  if (kind === 'list' && id) return { kind, listId: id }
  if (kind === 'segment' && id) return { kind, segmentId: id }
  return null
}
