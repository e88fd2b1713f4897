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

/**
 * Reads one service's config from the environment. Only variables that are set are handed to the schema, so its
 * defaults decide the rest; a refinement over several fields names their variables. All faults are told at once.
 *
 * Problems: `config.invalid`, with one sentence a fault.
 */
export function readConfig<S extends z.ZodType>(
  service: string,
  schema: S,
  environment: Environment,
  overrides: Readonly<Record<string, unknown>> = {},
): z.output<S> {
  const fields = fieldsOf(schema)
  const given: Record<string, unknown> = {}
  for (const field of fields) {
    const value = environment[specialVariables[`${service}.${field}`] ?? variableOf(service, field)]
    if (value !== undefined && value !== '') given[field] = value
  }
  const parsed = schema.safeParse({ ...given, ...overrides })
  if (parsed.success) return parsed.data
  const reasons = parsed.error.issues.map((issue) => {
    const variables = issue.path.length > 0 ? nameOf(service, String(issue.path[0])) : service
    return `- ${variables}: ${issue.message}`
  })
  throw configProblem('invalid', { detail: { reasons: reasons.join('\n') } })
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
}

/** The variable that sets a service's field. */
export function nameOf(service: string, field: string): string {
  return specialVariables[`${service}.${field}`] ?? variableOf(service, field)
}

/** The names of a config object's fields. */
export function fieldsOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
