import type { Violation } from '../problems.ts'
import { httpProblem } from './problems.ts'

const maxDepth = 32
const maxArrayLength = 10_000

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Parses a JSON body that PostgreSQL can store: bounded in depth and length, well-formed text, no key `__proto__`. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined
  const value = parse(bytes)
  const violation = violationIn(value, '/body')
  if (violation) throw invalid([violation])
  return value
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (error) {
    const reason = error instanceof SyntaxError ? `is not JSON: ${shorten(error.message)}` : 'is not UTF-8'
    throw invalid([{ path: '/body', message: reason }])
  }
}

/** V8 quotes the input in its message; a reply need not. */
function shorten(message: string): string {
  return message.replace(/, .*$/s, '').slice(0, 100)
}

/** The first thing in a value that we refuse to take in, or undefined. Iterative: depth is the sender's choice. */
export function violationIn(value: unknown, at: string): Violation | undefined {
  const queue: { value: unknown; path: string; depth: number }[] = [{ value, path: at, depth: 0 }]
  for (let entry = queue.pop(); entry; entry = queue.pop()) {
    if (typeof entry.value === 'string') {
      const message = wrongText(entry.value)
      if (message) return { path: entry.path, message }
      continue
    }
    if (typeof entry.value !== 'object' || entry.value === null) continue
    const { path, depth } = entry
    if (depth >= maxDepth) return { path, message: `is nested deeper than ${maxDepth} levels` }
    if (Array.isArray(entry.value) && entry.value.length > maxArrayLength) {
      return { path, message: `has ${entry.value.length} entries; at most ${maxArrayLength} are taken` }
    }
    for (const [key, child] of Object.entries(entry.value)) {
      const message = key === '__proto__' ? 'has a key __proto__, which is not taken' : wrongText(key)
      if (message) return { path, message }
      if (typeof child === 'string' || typeof child === 'object') {
        queue.push({ value: child, path: `${path}/${escapePointer(key)}`, depth: depth + 1 })
      }
    }
  }
  return undefined
}

/** What makes a text unfit to be stored, or undefined. */
function wrongText(text: string): string | undefined {
  // PostgreSQL's text type has no U+0000 and its UTF-8 no surrogates: https://www.postgresql.org/docs/current/datatype-character.html
  if (text.includes('\0')) return 'holds the character U+0000, which cannot be stored'
  if (!text.isWellFormed()) return 'holds half of a surrogate pair, which is no character'
  return undefined
}

/** RFC 6901 §3. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The problem of a request that does not fit; its sentence is that of the first violation. */
export function invalid(violations: readonly Violation[]) {
  const first = violations[0] as Violation
  return httpProblem('invalid', { detail: { where: first.path || '/', reason: first.message }, violations })
}
