import type { z } from 'zod'
import type { Belongings } from './belongings.ts'
import { choicesOf, type JsonSchema, jsonSchemaOf, resolved, typeOf } from './json-schema.ts'
import { type Place, type Step, singular } from './places.ts'

/** What a sample is to hold at one place, and whether it may leave out what may be left out. */
export interface SampleWish {
  readonly place?: Place
  readonly value?: string
  readonly sparse?: boolean
}

/** Written down once for all that is sampled along the way. */
interface Sampling extends SampleWish {
  readonly root: JsonSchema
  readonly ids: Belongings
}

/**
 * A value that fits a schema, with every id in it one of `ids`: `listIds` gets the list, `emailId` the email. All properties
 * are set, also those that may be left out, unless it is to be sparse.
 */
export function sampleOf(schema: z.ZodType | JsonSchema, ids: Belongings, wish: SampleWish = {}): unknown {
  const root = 'safeParse' in schema ? jsonSchemaOf(schema) : schema
  return sample(root, '', { ...wish, root, ids }, wish.place?.steps)
}

/** `steps` lead on to the wished place; undefined off the way to it. */
function sample(raw: JsonSchema, name: string, sampling: Sampling, steps: readonly Step[] | undefined): unknown {
  if (steps?.length === 0) return sampling.value
  const schema = resolved(raw, sampling.root)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const choices = choicesOf(schema)
  if (choices) {
    const [step, ...rest] = steps ?? []
    if (step?.kind === 'choice') return sample(choices[step.index] ?? {}, name, sampling, rest)
    return sample(
      choices.find((choice) => choice.type !== 'null' && choice.const !== '') ?? {},
      name,
      sampling,
      undefined,
    )
  }
  switch (typeOf(schema)) {
    case 'object':
      return record(schema, sampling, steps)
    case 'array':
      if (steps === undefined && sampling.sparse && !schema.minItems) return []
      return [sample(schema.items ?? {}, singular(name), sampling, steps?.slice(1))]
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return true
    case 'string':
      return text(schema, name, sampling.ids)
    default:
      return null
  }
}

function record(schema: JsonSchema, sampling: Sampling, steps: readonly Step[] | undefined): unknown {
  const [step, ...rest] = steps ?? []
  const wished = step?.kind === 'property' ? step.name : undefined
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([key]) => !sampling.sparse || key === wished || schema.required?.includes(key))
      .map(([key, property]) => [key, sample(property, key, sampling, key === wished ? rest : undefined)]),
  )
}

/** Names are often to be unique. */
let samples = 1
const timeOfDay = '09:30'

function text(schema: JsonSchema, name: string, ids: Belongings): string {
  if (ids[name] !== undefined && name !== 'name') return ids[name]
  if (name === 'name') return `stranger ${samples++}`
  if (schema.pattern !== undefined && new RegExp(schema.pattern).test(timeOfDay)) return timeOfDay
  // A trimmed address has lost its format on the way into JSON Schema.
  if (/email$|^to$|^replyTo$/i.test(name)) return 'stranger@example.com'
  if (/Domain$/.test(name)) return 'bounces.example.com'
  if (name === 'domain') return 'stranger.example'
  if (name === 'selector') return 'stranger'
  if (name === 'field') return 'email'
  if (name === 'action') return 'sample.made'
  if (name === 'host') return 'mail.example.com'
  if (name === 'verificationKey') return 'c2FtcGxl'
  if (name === 'allowedNetwork') return '192.0.2.0/24'
  if (name === 'timeZone') return 'Europe/Berlin'
  switch (schema.format) {
    case 'uuid':
      return ids.contactId as string
    case 'date-time':
      return '2099-01-01T00:00:00Z'
    case 'date':
      return '2099-01-01'
    case 'uri':
      return 'https://example.com/'
    default:
      return name === 'key' ? 'stranger_field' : 'stranger sample text'.padEnd(schema.minLength ?? 0, '.')
  }
}
