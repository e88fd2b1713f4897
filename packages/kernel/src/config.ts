import { z } from 'zod'
import { defineProblems } from './problems.ts'

export const configProblem = defineProblems('config', {
  invalid: { kind: 'invalid', message: 'The configuration is not usable:\n{reasons}' },
})

/** A value that never shows in a log, an error or a printed config. Read it with `reveal()`. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toJSON(): string {
    return '[secret]'
  }
  toString(): string {
    return '[secret]'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** A config field that holds a secret: text in the environment, a `Secret` in the parsed config. */
export const secret = () =>
  z
    .string()
    .min(1)
    .transform((value) => new Secret(value))

/** A config field that is on or off: `true`, `1`, `yes`, `on` and their opposites. */
export const flag = () => z.stringbool()

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment variable of a service's config field: `('delivery', 'batchSize')` → `FANFARE_DELIVERY_BATCH_SIZE`. */
export function variableOf(service: string, field: string): string {
  return `FANFARE_${service}_${field}`
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}

/** A service's parsed config. */
export type Config = Readonly<Record<string, unknown>>

/** What of a service the reading of config needs. */
export interface Configured {
  readonly name: string
  readonly schema: z.ZodType | undefined
}

/**
 * Reads one service's config from the environment. Only variables that are set are handed to the schema, so its
 * defaults decide the rest. A refinement over several fields lists them in its `path`, and all their variables are named.
 *
 * Problems: `config.invalid`, with one sentence a fault.
 *
 * @example
 * z.object({ certificate: z.string().optional(), key: secret().optional() }).refine(
 *   (config) => (config.certificate === undefined) === (config.key === undefined),
 *   { path: ['certificate', 'key'], message: 'set both or neither' },
 * )
 */
export function readConfig<S extends z.ZodType>(
  service: string,
  schema: S,
  environment: Environment,
  overrides: Config = {},
): z.output<S> {
  const parsed = parseConfig(service, schema, environment, overrides)
  if ('faults' in parsed) throw invalid(parsed.faults)
  return parsed.config as z.output<S>
}

/**
 * Reads the config of several services; the faults of all are told at once.
 *
 * Problems: `config.invalid`.
 */
export function readConfigs(
  services: readonly Configured[],
  environment: Environment,
  overrides: Readonly<Record<string, Config>> = {},
): ReadonlyMap<string, Config> {
  const configs = new Map<string, Config>()
  const faults: string[] = []
  for (const { name, schema } of services) {
    if (schema === undefined) continue
    const parsed = parseConfig(name, schema, environment, overrides[name] ?? {})
    if ('faults' in parsed) faults.push(...parsed.faults)
    else configs.set(name, parsed.config as Config)
  }
  if (faults.length > 0) throw invalid(faults)
  return configs
}

function parseConfig(service: string, schema: z.ZodType, environment: Environment, overrides: Config) {
  const fields = fieldsOf(schema)
  const given: Record<string, unknown> = {}
  for (const field of fields) {
    const value = environment[nameOf(service, field)] || environment[otherNameOf(schema, field) ?? '']
    if (value !== undefined && value !== '') given[field] = value
  }
  const parsed = schema.safeParse({ ...given, ...overrides })
  if (parsed.success) return { config: parsed.data }
  return { faults: parsed.error.issues.map((issue) => faultOf(service, fields, issue, given)) }
}

/** A name that the field's schema gives as `.meta({ alsoFrom: 'OPENAI_API_KEY' })`: read when ours is not set. */
function otherNameOf(schema: z.ZodType, field: string): string | undefined {
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {}
  const other = shape[field]?.meta()?.alsoFrom
  return typeof other === 'string' ? other : undefined
}

function faultOf(service: string, fields: readonly string[], issue: z.core.$ZodIssue, given: Config): string {
  const variables = issue.path
    .filter((step) => fields.includes(String(step)))
    .map((step) => nameOf(service, String(step)))
  return `- ${variables.length > 0 ? variables.join(' and ') : service}: ${sentenceOf(issue, given)}`
}

/** Only a number's own text is shown: any other value may be a secret. */
function sentenceOf(issue: z.core.$ZodIssue, given: Config): string {
  const isNumeric =
    issue.code === 'invalid_type'
      ? issue.expected === 'number'
      : (issue.code === 'too_big' || issue.code === 'too_small') && issue.origin === 'number'
  const value = given[String(issue.path[0])]
  if (!isNumeric || value === undefined) return issue.message
  return `${issue.code === 'invalid_type' ? 'must be a number' : issue.message}; found '${value}'`
}

function invalid(faults: readonly string[]) {
  return configProblem('invalid', { detail: { reasons: faults.join('\n') } })
}

/**
 * Variables named `FANFARE_…` that none of the services reads, each with the nearest name that one does read.
 *
 * @param alsoKnown variables that the application reads itself
 */
export function unknownVariables(
  services: readonly Configured[],
  environment: Environment,
  alsoKnown: readonly string[] = [],
): readonly { readonly variable: string; readonly nearest: string | undefined }[] {
  const known = new Set([
    ...alsoKnown,
    ...services.flatMap(({ name, schema }) =>
      schema === undefined ? [] : fieldsOf(schema).map((field) => nameOf(name, field)),
    ),
  ])
  return Object.keys(environment)
    .filter((variable) => variable.startsWith('FANFARE_') && !known.has(variable))
    .map((variable) => ({ variable, nearest: nearestTo(variable, [...known]) }))
}

function nearestTo(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** Letters to insert, delete or replace to turn one word into the other (Wagner and Fischer, one row at a time). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}

/** Names everybody knows; the rest follow `variableOf`. */
const specialVariables: Readonly<Record<string, string>> = {
  'db.url': 'DATABASE_URL',
  'db.dataDir': 'FANFARE_DATA_DIR',
  'http.port': 'FANFARE_PORT',
  'http.host': 'FANFARE_HOST',
  'http.publicUrl': 'FANFARE_PUBLIC_URL',
  'keys.secret': 'FANFARE_SECRET',
  'keys.secretPrevious': 'FANFARE_SECRET_PREVIOUS',
  'keys.dataDir': 'FANFARE_DATA_DIR',
  'delivery.dataDir': 'FANFARE_DATA_DIR',
  'audience.dataDir': 'FANFARE_DATA_DIR',
  'identity.dataDir': 'FANFARE_DATA_DIR',
}

/** The variable that sets a service's field. */
export function nameOf(service: string, field: string): string {
  return specialVariables[`${service}.${field}`] ?? variableOf(service, field)
}

/** The names of a config object's fields. */
export function fieldsOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
