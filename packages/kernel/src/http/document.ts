import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Access } from '../route.ts'
import type { MountedRoute } from './door.ts'

type Document = ReturnType<typeof jsonSchemaTransformObject>

/** The wire form of every failure (RFC 9457). */
const ProblemReply = z
  .object({
    type: z.string().describe('A page of the error reference'),
    title: z.string().describe('A sentence for a person'),
    status: z.int(),
    code: z.string().describe('Stable; compare by this'),
    retryable: z.boolean().describe('Whether the same call may succeed later'),
    detail: z.record(z.string(), z.unknown()).optional(),
    violations: z
      .array(z.object({ path: z.string().describe('JSON pointer into the request'), message: z.string() }))
      .optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' })

/** Collects every route that is mounted from now on into the OpenAPI 3.1 document, `app.swagger()`. */
export async function collectDocument(app: FastifyInstance, version: string, publicUrl: string | undefined) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fanfare',
        version,
        description:
          'Every operation names its access in `x-access`. Failures are problem+json with a stable `code`. A POST that creates takes an `Idempotency-Key`; its reply is kept for 24 hours.',
      },
      servers: [{ url: publicUrl ?? '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: "A workspace's API key" },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'fanfare_session',
            description: "A person's session; the header `fanfare-workspace` names the workspace",
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  })
}

/** A named schema is written once for what comes in and once for what goes out; only those that are used stay. */
function withoutUnused(document: Document): Document {
  const text = JSON.stringify(document)
  const { components } = document as { components?: { schemas?: Record<string, unknown> } }
  const schemas = Object.entries(components?.schemas ?? {})
  const used = schemas.filter(([name]) => text.includes(`"#/components/schemas/${name}"`))
  return { ...document, components: { ...components, schemas: Object.fromEntries(used) } } as Document
}

/** A route as the document shows it. */
export function schemaOf(route: MountedRoute): FastifySchema {
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.service],
    ...(route.access.kind === 'anyone' ? { description: `Open to anyone: ${route.access.why}` } : {}),
    security: securityOf(route.access),
    'x-access': route.access.kind === 'can' ? route.access.permission : route.access.kind,
    ...demandsOf(route.access),
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body ? { body: route.body } : {}),
    ...(route.upload ? { body: z.string().meta({ format: 'binary' }), consumes: [...route.upload.contentTypes] } : {}),
    ...(route.creates ? { headers: z.object({ 'idempotency-key': z.string().min(1).max(255).optional() }) } : {}),
    response: responsesOf(route),
  } as FastifySchema
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access.kind === 'anyone') return []
  return access.kind === 'signed_in' ? [{ session: [] }] : [{ bearer: [] }, { session: [] }]
}

/** What a client must be ready for: `x-recent` asks for a fresh proof of identity, `x-partial` takes half a sign-in. */
function demandsOf(access: Access): Record<string, true> {
  if (access.kind === 'anyone') return {}
  return {
    ...(access.recent === true ? { 'x-recent': true } : {}),
    ...(access.kind === 'signed_in' && access.partial === true ? { 'x-partial': true } : {}),
  }
}

function responsesOf(route: MountedRoute): Record<string, unknown> {
  const declared = Object.entries(route.replies).map(([status, schema]) => [status, responseOf(route, status, schema)])
  const failed = { description: 'Any failure', content: { 'application/problem+json': { schema: ProblemReply } } }
  return { ...Object.fromEntries(declared), default: failed }
}

/** A reply that is no JSON names its content type in the schema: `z.string().meta({ contentType: 'text/html' })`. */
function responseOf(route: MountedRoute, status: string, schema: z.ZodType) {
  const contentType = schema.meta()?.contentType
  const type = typeof contentType === 'string' ? contentType : 'application/json'
  return { description: `${route.summary}: ${status}`, content: { [type]: { schema } } }
}
