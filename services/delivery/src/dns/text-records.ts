import { type Answer, answerOf } from './answers.ts'
import type { Resolver } from './resolver.ts'

/** The TXT records of a name, each as one text: its strings belong together with nothing between (RFC 7208 §3.3). */
export async function findTextRecords(resolver: Resolver, name: string): Promise<Answer<string>> {
  const answer = await answerOf(resolver.resolveTxt(name))
  if (answer.kind !== 'found') return answer
  return { kind: 'found', records: answer.records.map((strings) => strings.join('')) }
}

/**
 * A list of `tag=value` (RFC 6376 §3.2), as key records and DMARC records are written, or undefined when it is none. White
 * space around tags and values does not count; the first of a tag that is there twice stands.
 */
export function readTags(text: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>()
  for (const part of text.split(';')) {
    if (part.trim() === '') continue
    const match = /^\s*([a-z][a-z0-9_]*)\s*=\s*(.*?)\s*$/is.exec(part)
    if (match === null) return undefined
    const name = (match[1] as string).toLowerCase()
    if (!tags.has(name)) tags.set(name, match[2] as string)
  }
  return tags
}
