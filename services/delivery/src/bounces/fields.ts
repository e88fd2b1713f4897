/** One header field: its name in lower case, its value on one line. */
export interface Field {
  readonly name: string
  readonly value: string
}

/** The fields of a header block; lines that belong to none are passed over, as mail in the wild has them. */
export function parseFields(block: string): Field[] {
  const fields: { name: string; value: string }[] = []
  for (const line of block.split('\n')) {
    const last = fields.at(-1)
    if ((line.startsWith(' ') || line.startsWith('\t')) && last !== undefined) {
      last.value += ` ${line.trim()}`
      continue
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trimEnd()
    if (colon > 0 && isFieldName(name)) fields.push({ name: name.toLowerCase(), value: line.slice(colon + 1).trim() })
  }
  return fields
}

export function isFieldName(name: string): boolean {
  return name.length <= 76 && /^[!-9;-~]+$/.test(name)
}

export function fieldOf(fields: readonly Field[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? ''
}

export function fieldsOf(fields: readonly Field[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value)
}

/** A value like that of Content-Type: a word and parameters (RFC 2045 §5.1). */
export interface Parameterised {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

export function parseParameters(text: string): Parameterised {
  const [first = '', ...rest] = splitOutsideQuotes(text.slice(0, 4_000), ';')
  const parameters = new Map<string, string>()
  for (const piece of rest) {
    const equals = piece.indexOf('=')
    if (equals < 1) continue
    const name = piece.slice(0, equals).trim().toLowerCase()
    const value = piece.slice(equals + 1).trim()
    if (!parameters.has(name)) parameters.set(name, unquote(value))
  }
  return { value: first.trim().toLowerCase(), parameters }
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces: string[] = []
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '\\' && quoted) at++
    else if (letter === '"') quoted = !quoted
    else if (letter === separator && !quoted) {
      pieces.push(text.slice(start, at))
      start = at + 1
    }
  }
  pieces.push(text.slice(start))
  return pieces
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.split(/\s/, 1)[0] ?? ''
  const end = value.lastIndexOf('"')
  return value.slice(1, end > 0 ? end : undefined).replace(/\\(.)/g, '$1')
}
