import { quotedPrintableBytes, textOf } from './charset.ts'
import { type Field, fieldOf, isFieldName, parseFields, parseParameters } from './fields.ts'

/** A message or a part of one. Its text is decoded, with `\n` as the only line break. */
export interface Part {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly fields: readonly Field[]
  /** The header as it came, for messages quoted in it. */
  readonly text: string
  readonly parts: readonly Part[]
}

/** What a message may cost to read. Behind `headerBytes` a header is cut; what is beyond the others is left unread. */
export const limits = {
  depth: 32,
  parts: 1_000,
  headerBytes: 256 * 1024,
  decodedBytes: 50 * 1024 * 1024,
  /** Of one text: notices are short, and rules run over them. */
  textBytes: 256 * 1024,
} as const

interface Budget {
  parts: number
  decodedBytes: number
}

/**
 * Reads a message into its parts, whatever its line breaks. Never throws for what it finds: a broken structure gives the
 * parts that can be told apart.
 */
export function parseMessage(source: Buffer): Part {
  const text = source.subarray(0, limits.decodedBytes).toString('latin1').replace(/\r\n?/g, '\n')
  return parsePart(text, 'text/plain', 0, { parts: limits.parts, decodedBytes: limits.decodedBytes })
}

function parsePart(source: string, defaultType: string, depth: number, budget: Budget): Part {
  budget.parts--
  const { header, body } = splitHeader(source)
  // Header text beyond ASCII is UTF-8 where it is allowed at all (RFC 6532).
  const fields = parseFields(textOf(Buffer.from(header, 'latin1'), ''))
  const { value, parameters } = parseParameters(fieldOf(fields, 'content-type'))
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value : defaultType
  const part = { type, parameters, fields }
  if (type.startsWith('multipart/')) {
    const found = depth < limits.depth ? splitParts(body, parameters.get('boundary') ?? '', budget) : []
    if (found.length > 0) {
      const inside = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
      const parts = found.filter(() => budget.parts > 0).map((piece) => parsePart(piece, inside, depth + 1, budget))
      return { ...part, text: '', parts }
    }
  }
  if (!isReadable(type)) return { ...part, text: '', parts: [] }
  const text = decodeBody(body, fieldOf(fields, 'content-transfer-encoding'), parameters.get('charset') ?? '', budget)
  const nests = type === 'message/rfc822' || type === 'message/global'
  if (!nests || depth >= limits.depth || budget.parts <= 0) return { ...part, text, parts: [] }
  return { ...part, text, parts: [parsePart(text, 'text/plain', depth + 1, budget)] }
}

function isReadable(type: string): boolean {
  return type.startsWith('text/') || type.startsWith('message/') || type.startsWith('multipart/')
}

/** The first empty line ends the header; so does a line that can be none of it. */
function splitHeader(source: string): { header: string; body: string } {
  const head = source.slice(0, limits.headerBytes)
  let at = 0
  // The envelope line of mbox files, and the `>` that protects one.
  if (/^>?From /.test(head)) at = head.indexOf('\n') + 1
  while (head[at] === '\n' && at < 10) at++
  const start = at
  while (at < head.length) {
    const end = head.indexOf('\n', at)
    const line = end < 0 ? head.slice(at) : head.slice(at, end)
    if (line === '') return { header: head.slice(start, at), body: source.slice(end + 1) }
    if (!isHeaderLine(line)) return { header: head.slice(start, at), body: source.slice(at) }
    if (end < 0) return { header: head.slice(start), body: source.slice(head.length) }
    at = end + 1
  }
  return { header: head.slice(start), body: source.slice(head.length) }
}

function isHeaderLine(line: string): boolean {
  if (line.startsWith(' ') || line.startsWith('\t') || /^>?From /.test(line)) return true
  const colon = line.indexOf(':')
  return colon > 0 && isFieldName(line.slice(0, colon).trimEnd())
}

/** Bodies between the lines of a boundary (RFC 2046 §5.1); the last may lack its end. */
function splitParts(body: string, named: string, budget: Budget): string[] {
  const boundary = named === '' ? (/^--(\S{5,70})$/m.exec(body.slice(0, 10_000))?.[1] ?? '') : named
  if (boundary === '') return []
  const mark = `--${boundary}`
  const parts: string[] = []
  let start = -1
  let at = body.startsWith(mark) ? 0 : body.indexOf(`\n${mark}`)
  while (at >= 0) {
    const line = body[at] === '\n' ? at + 1 : at
    const lineEnd = body.indexOf('\n', line)
    const rest = body.slice(line + mark.length, lineEnd < 0 ? undefined : lineEnd).trimEnd()
    if (rest === '' || rest === '--') {
      if (start >= 0) parts.push(body.slice(start, Math.max(start, at)))
      if (rest === '--' || lineEnd < 0 || parts.length >= budget.parts) return parts
      start = lineEnd + 1
    }
    at = lineEnd < 0 ? -1 : body.indexOf(`\n${mark}`, lineEnd)
  }
  if (start >= 0) parts.push(body.slice(start))
  return parts
}

function decodeBody(body: string, encoding: string, charset: string, budget: Budget): string {
  const taken = body.slice(0, Math.min(limits.textBytes, budget.decodedBytes))
  budget.decodedBytes -= taken.length
  return textOf(bytesOf(taken, encoding.trim().toLowerCase()), charset).replace(/\r\n?/g, '\n')
}

function bytesOf(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding === 'quoted-printable') return quotedPrintableBytes(body)
  return Buffer.from(body, 'latin1')
}
