import { z } from 'zod'

/** As much of JSON Schema as the product's routes, jobs and events are written in. */
export interface JsonSchema {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  format?: string
  pattern?: string
  minLength?: number
  minimum?: number
  minItems?: number
  additionalProperties?: JsonSchema | boolean
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}

/** The schema with a reference followed and an intersection put together. */
export function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) as string
    return resolved(root.$defs?.[name] ?? (schema.$ref === '#' ? root : {}), root)
  }
  if (schema.allOf === undefined) return schema
  const parts = schema.allOf.map((part) => resolved(part, root))
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => required ?? []),
  }
}

/** The ways a value may be, where there is more than one. */
export function choicesOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  return schema.anyOf ?? schema.oneOf
}

export function typeOf({ type }: JsonSchema): string | undefined {
  return Array.isArray(type) ? type[0] : type
}
