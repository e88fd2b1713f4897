import { findTagSpans } from '../template/tag-spans.ts'
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

/** Every tag of a text in order. */
export function findTags(text: string): Tag[] {
  const lineAt = lineCounter(text)
  return findTagSpans(text).map(({ start, end, isTriple }) => {
    const content = text.slice(start + 2, end - (isTriple ? 3 : 2)).trim()
    const symbol = content[0] as keyof typeof kinds
    const kind: TagKind = Object.hasOwn(kinds, symbol) ? kinds[symbol] : 'field'
    const inner = kind === 'field' ? content : content.slice(1)
    return { kind, ...splitField(inner), source: text.slice(start, end), start, line: lineAt(start) }
  })
}

/** The lines, from 1, on which a tag is opened and never closed. */
export function findUnclosedTags(text: string): number[] {
  const lineAt = lineCounter(text)
  const spans = findTagSpans(text)
  const lines: number[] = []
  // Between the tags, and after the last of them.
  for (let index = 0, from = 0; index <= spans.length; index++) {
    const to = spans[index]?.start ?? text.length
    for (const { index: at } of text.slice(from, to).matchAll(/\{\{/g)) lines.push(lineAt(from + at))
    from = spans[index]?.end ?? text.length
  }
  return lines
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
