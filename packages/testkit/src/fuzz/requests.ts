import { hostileBodies, hostileTexts } from './hostile.ts'
import { type JsonSchema, type Mode, makeValue, modes, type ValueSource } from './values.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: JsonSchema
}

/** One operation of an OpenAPI document. */
export interface DocumentOperation {
  readonly method: string
  readonly path: string
  readonly operationId: string
  readonly parameters: readonly Parameter[]
  /** By content type. */
  readonly bodies: Readonly<Record<string, JsonSchema>>
  /** Content types of its replies. */
  readonly replies: readonly string[]
}

export interface FuzzRequest {
  readonly operationId: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

interface DocumentEntry {
  readonly operationId?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> }
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentEntry>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> }
}

const verbs = new Set(['get', 'post', 'put', 'patch', 'delete'])

export function operationsOf(document: ApiDocument): DocumentOperation[] {
  return Object.entries(document.paths).flatMap(([path, entries]) =>
    Object.entries(entries)
      .filter(([verb]) => verbs.has(verb))
      .map(([verb, entry]) => operationOf(verb.toUpperCase(), path, entry)),
  )
}

function operationOf(method: string, path: string, entry: DocumentEntry): DocumentOperation {
  const bodies = Object.entries(entry.requestBody?.content ?? {}).map(([type, { schema = {} }]) => [type, schema])
  return {
    method,
    path,
    operationId: entry.operationId ?? `${method} ${path}`,
    parameters: entry.parameters ?? [],
    bodies: Object.fromEntries(bodies),
    replies: Object.values(entry.responses ?? {}).flatMap(({ content = {} }) => Object.keys(content)),
  }
}

/** One request of an operation, of a mode that chance decides. */
export function requestOf(source: ValueSource, operation: DocumentOperation): FuzzRequest {
  const mode = source.random.pick(modes)
  const { method, operationId } = operation
  const { contentType, text } = bodyOf(source, operation, mode)
  return {
    operationId,
    method,
    url: urlOf(source, operation, mode),
    headers: { ...headersOf(source, operation), ...(contentType === undefined ? {} : { 'content-type': contentType }) },
    body: text,
  }
}

function urlOf(source: ValueSource, { path, parameters }: DocumentOperation, mode: Mode): string {
  const place = (name: string) => {
    const schema = parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema ?? {}
    // An empty segment, a dot and a slash would lead to another route.
    return encode(plain(makeValue(source, schema, mode))).replace(/^\.{0,2}$/, '-')
  }
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && (parameter.required || source.random.chance(0.4)))
    .map(({ name, schema }) => `${encode(name)}=${encode(plain(makeValue(source, schema, mode)))}`)
  if (mode === 'hostile' && source.random.chance(0.2)) query.push(`${encode(source.random.pick(hostileTexts))}=1`)
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => place(name))
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`
}

/** A lone surrogate has no UTF-8; what a client would send for it is the replacement character's bytes. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).slice(0, 6_000).replace(/%.?$/, '')
}

function plain(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function headersOf({ random }: ValueSource, { parameters }: DocumentOperation): Record<string, string> {
  if (!parameters.some(({ name }) => name === 'idempotency-key') || random.chance(0.7)) return {}
  return { 'idempotency-key': random.pick(['a', 'b', 'x'.repeat(255), 'x'.repeat(256), "' or 1=1"]) }
}

function bodyOf(source: ValueSource, { method, bodies }: DocumentOperation, mode: Mode) {
  const { random } = source
  if (method === 'GET') return { contentType: undefined, text: undefined }
  if (mode === 'hostile' && random.chance(0.2)) return random.pick(hostileBodies)
  const types = Object.keys(bodies)
  if (types.length === 0) return { contentType: undefined, text: undefined }
  const contentType = random.pick(types)
  const value = makeValue(source, bodies[contentType] ?? {}, mode)
  if (contentType === 'application/json') return { contentType, text: JSON.stringify(value) }
  const rows = Array.from({ length: random.between(0, 4) }, () => `${random.pick(hostileTexts)},${plain(value)}`)
  return { contentType, text: ['email,name', ...rows].join('\n') }
}
