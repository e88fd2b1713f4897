import { hostileTexts } from './hostile.ts'
import type { Random } from './random.ts'

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
}

/** How faithful a value is to its schema: fits, almost fits, or fits in shape with texts meant to break things. */
export const modes = ['valid', 'near', 'hostile'] as const
export type Mode = (typeof modes)[number]

export interface ValueSource {
  readonly random: Random
  /** Ids that replies have shown, so that some requests meet rows that exist. */
  readonly ids: readonly string[]
  readonly definitions: Readonly<Record<string, JsonSchema>>
}

/** Deeper than any body of ours; a schema that refers to itself ends here. */
const maxDepth = 6

export function makeValue(source: ValueSource, schema: JsonSchema, mode: Mode, depth = 0): unknown {
  const { random } = source
  if (mode === 'near' && random.chance(0.12)) return anything(source)
  const resolved = resolve(source, schema)
  if (resolved.default !== undefined && random.chance(0.2)) return resolved.default
  if (resolved.const !== undefined) return resolved.const
  if (resolved.enum) return random.pick(resolved.enum)
  const choices = resolved.anyOf ?? resolved.oneOf
  if (choices && choices.length > 0) return makeValue(source, random.pick(choices), mode, depth + 1)
  if (resolved.allOf) {
    return Object.assign({}, ...resolved.allOf.map((part) => makeValue(source, part, mode, depth + 1)))
  }
  const type = typeof resolved.type === 'string' ? resolved.type : random.pick(resolved.type ?? ['any'])
  switch (type) {
    case 'object':
      return objectOf(source, resolved, mode, depth)
    case 'array':
      return arrayOf(source, resolved, mode, depth)
    case 'string':
      return textOf(source, resolved, mode)
    case 'integer':
    case 'number':
      return numberOf(source, resolved, mode)
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    default:
      return depth > maxDepth ? null : anything(source)
  }
}

function resolve({ definitions }: ValueSource, schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  return definitions[schema.$ref.split('/').at(-1) ?? ''] ?? {}
}

function objectOf(source: ValueSource, schema: JsonSchema, mode: Mode, depth: number): Record<string, unknown> {
  const { random } = source
  const required = new Set(schema.required)
  const made: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const missing = required.has(name) ? mode === 'near' && random.chance(0.1) : random.chance(0.4)
    if (!missing && depth <= maxDepth) made[name] = makeValue(source, property, mode, depth + 1)
  }
  const extra = schema.additionalProperties
  if (typeof extra === 'object' && depth <= maxDepth) {
    for (let count = random.between(0, 3); count > 0; count--) {
      made[mode === 'hostile' ? random.pick(hostileTexts) : `key${count}`] = makeValue(source, extra, mode, depth + 1)
    }
  }
  // Mass assignment: fields that a server keeps to itself.
  if (mode !== 'valid' && random.chance(0.2)) {
    made[random.pick(['id', 'tenantId', 'role', 'isAdmin', 'createdAt', 'constructor'])] = anything(source)
  }
  return made
}

function arrayOf(source: ValueSource, schema: JsonSchema, mode: Mode, depth: number): unknown[] {
  if (schema.prefixItems) return schema.prefixItems.map((part) => makeValue(source, part, mode, depth + 1))
  const { minItems = 0, maxItems = 5 } = schema
  const least = depth > maxDepth ? minItems : Math.max(minItems, mode === 'near' && source.random.chance(0.1) ? 0 : 1)
  const length = source.random.between(least, Math.max(least, Math.min(maxItems, least + 3)))
  return Array.from({ length }, () => makeValue(source, schema.items ?? {}, mode, depth + 1))
}

function numberOf({ random }: ValueSource, schema: JsonSchema, mode: Mode): number {
  const { minimum = 0, maximum = minimum + 1_000 } = schema
  if (mode !== 'valid' && random.chance(0.3)) {
    return random.pick([minimum - 1, maximum + 1, -1, 0.5, 1e308, 2 ** 31, 2 ** 53, -(2 ** 63)])
  }
  return random.pick([minimum, maximum, random.between(minimum, Math.min(maximum, minimum + 1_000))])
}

function textOf(source: ValueSource, schema: JsonSchema, mode: Mode): string {
  const { random } = source
  if (mode === 'hostile' && random.chance(0.6)) return random.pick(hostileTexts)
  const made = formatted(source, schema.format)
  if (made !== undefined) return made
  const { minLength = 0, maxLength = 200 } = schema
  if (mode === 'near' && random.chance(0.2)) return 'x'.repeat(random.pick([Math.max(0, minLength - 1), maxLength + 1]))
  const words = random.pick(['Ada', 'spring sale', 'naïve café', '日本語', 'a', 'Hello {{first_name}}', '<p>hi</p>'])
  return words.padEnd(minLength, 'x').slice(0, maxLength)
}

function formatted({ random, ids }: ValueSource, format: string | undefined): string | undefined {
  switch (format) {
    case 'uuid':
      return ids.length > 0 && random.chance(0.8) ? random.pick(ids) : random.uuid()
    case 'email':
      return `user${random.between(1, 500)}@example.com`
    case 'date-time':
      return new Date(Date.UTC(2026, 0, 1) + random.between(0, 10 ** 9) * 100).toISOString()
    case 'date':
      return `2026-0${random.between(1, 9)}-1${random.between(0, 9)}`
    case 'uri':
      return random.pick(['https://example.com/a?b=c', 'http://127.0.0.1/', 'https://user@example.com'])
    default:
      return undefined
  }
}

function anything({ random }: ValueSource): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => true,
    () => -1,
    () => 1e300,
    () => random.pick(hostileTexts),
    () => [],
    () => ({}),
    () => [[['x']]],
    () => ({ a: { b: [null] } }),
  ])()
}
