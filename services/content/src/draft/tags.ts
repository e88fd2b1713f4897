import { splitField } from '../template.ts'

const kinds = {
  '#': 'section',
  '^': 'inverted',
  '/': 'close',
  '>': 'partial',
  '!': 'comment',
  '=': 'delimiters',
  '&': 'raw',
  '{': 'raw',
} as const satisfies Record<string, string>
export type TagKind = (typeof kinds)[keyof typeof kinds] | 'field'

/** One Mustache tag of a text, as its author wrote it. */
export interface Tag {
  readonly kind: TagKind
  readonly name: string
  readonly fallback: string
  readonly source: string
  readonly start: number
  /** From 1. */
  readonly line: number
}

/** `{{{…}}}` before `{{…}}`: the first alternative that fits wins. */
const tagPattern = /\{\{\{([\s\S]*?)\}\}\}|\{\{([\s\S]*?)\}\}/g

/** Every tag of a text in order. */
export function findTags(text: string): Tag[] {
  const lineAt = lineCounter(text)
  return Array.from(text.matchAll(tagPattern), (match) => {
    const content = (match[1] === undefined ? (match[2] ?? '') : `{${match[1]}`).trim()
    const symbol = content[0] as keyof typeof kinds
    const kind: TagKind = Object.hasOwn(kinds, symbol) ? kinds[symbol] : 'field'
    const inner = kind === 'field' ? content : content.slice(1)
    return { kind, ...splitField(inner), source: match[0], start: match.index, line: lineAt(match.index) }
  })
}

/** The lines, from 1, on which a tag is opened and never closed. */
export function findUnclosedTags(text: string): number[] {
  const rest = text.replace(tagPattern, (tag) => tag.replace(/[^\n]/g, ' '))
  const lineAt = lineCounter(text)
  return Array.from(rest.matchAll(/\{\{/g), (match) => lineAt(match.index))
}

/** Line of a position; positions must be asked in ascending order, so that a long text is walked once. */
export function lineCounter(text: string): (position: number) => number {
  let line = 1
  let at = 0
  return (position) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < position; next = text.indexOf('\n', at)) {
      line += 1
      at = next + 1
    }
    return line
  }
}
