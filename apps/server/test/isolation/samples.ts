import { z } from 'zod'
import type { Belongings } from './belongings.ts'

interface JsonSchema {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  format?: string
  pattern?: string
  minLength?: number
  minimum?: number
  minItems?: number
  additionalProperties?: JsonSchema | boolean
}

/**
 * A body that fits a route's schema, with every id in it one of the owner's: `listIds` gets the owner's list, `emailId` the
 * owner's email. All properties are set, also those that may be left out.
 */
export function sampleOf(schema: z.ZodType, ids: Belongings): unknown {
  return sample(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '', ids)
}

function sample(schema: JsonSchema, name: string, ids: Belongings): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return sample(choices.find((choice) => choice.type !== 'null' && choice.const !== '') ?? {}, name, ids)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, property]) => [key, sample(property, key, ids)]),
      )
    case 'array':
      return [sample(schema.items ?? {}, name.replace(/s$/, ''), ids)]
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return true
    case 'string':
      return text(schema, name, ids)
    default:
      return null
  }
}

const timeOfDay = '09:30'

function text(schema: JsonSchema, name: string, ids: Belongings): string {
  if (ids[name] !== undefined && name !== 'name') return ids[name]
  if (schema.pattern !== undefined && new RegExp(schema.pattern).test(timeOfDay)) return timeOfDay
  // A trimmed address has lost its format on the way into JSON Schema.
  if (/email$|^to$|^replyTo$/i.test(name)) return 'stranger@example.com'
  if (/Domain$/.test(name)) return 'bounces.example.com'
  if (name === 'domain') return 'stranger.example'
  if (name === 'selector') return 'stranger'
  if (name === 'field') return 'email'
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
