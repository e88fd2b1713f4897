import type { Finding } from '../contract.ts'
import { findTags } from './tags.ts'

const maxDepth = 10
const maxLength = 1_000_000

export interface Expanded {
  readonly text: string
  readonly findings: readonly Finding[]
}

/**
 * Puts the partials into a text, so that MJML sees one document. A partial takes no lines: what is found later is told
 * by the line of the author's own text.
 */
export function expandPartials(
  text: string,
  where: Finding['where'],
  partials: Readonly<Record<string, string>>,
): Expanded {
  const findings = new Map<string, Finding>()
  const report = (code: string, line: number, message: string) =>
    findings.set(`${code} ${line} ${message}`, { level: 'error', code, message, where, line })

  const expand = (source: string, trail: readonly string[], lineOfTag?: number): string => {
    let at = 0
    let result = ''
    for (const tag of findTags(source)) {
      if (tag.kind !== 'partial') continue
      const line = lineOfTag ?? tag.line
      result += source.slice(at, tag.start)
      at = tag.start + tag.source.length
      const body = Object.hasOwn(partials, tag.name) ? partials[tag.name] : undefined
      if (body === undefined) {
        report('unknown_partial', line, `There is no partial ${tag.name}. Save it first or remove {{> ${tag.name}}}`)
      } else if (trail.includes(tag.name) || trail.length >= maxDepth) {
        report('partial_loop', line, `The partials ${[...trail, tag.name].join(' → ')} stand too deep in each other`)
      } else if (result.length > maxLength) {
        report('too_large', line, 'With its partials the text is longer than a million characters. Shorten it')
        return result
      } else {
        result += expand(body.replace(/\s*\n\s*/g, ' '), [...trail, tag.name], line)
      }
    }
    return result + source.slice(at)
  }
  return { text: expand(text, []), findings: [...findings.values()] }
}
