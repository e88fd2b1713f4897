import { Readable, Transform } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Route } from '../route.ts'
import { parseJson } from './json.ts'
import { httpProblem } from './problems.ts'

/** A body as a route wants it: parsed, as a stream, or not at all. */
export interface ReadBody {
  readonly parsed: unknown
  readonly stream: Readable | undefined
}

/** Reads the body of one request. Only what the route declares is looked at; the rest never reaches a parser. */
export async function readBody(route: Route, request: FastifyRequest, bodyLimitBytes: number): Promise<ReadBody> {
  if (route.upload) return { parsed: undefined, stream: openUpload(route.upload, request) }
  if (route.body === undefined) return { parsed: undefined, stream: undefined }
  const maxBytes = route.maxBodyBytes ?? bodyLimitBytes
  const bytes = await collect(request, maxBytes)
  if (bytes.byteLength === 0) return { parsed: undefined, stream: undefined }
  return { parsed: decode(route, mediaTypeOf(request), bytes), stream: undefined }
}

function decode(route: Route, mediaType: string, bytes: Buffer): unknown {
  if (mediaType === 'application/json') return parseJson(bytes)
  const { access } = route
  const takesForms = access.kind === 'anyone' && access.forms === true
  if (mediaType === 'application/x-www-form-urlencoded' && takesForms) return parseForm(bytes)
  throw wrongType(mediaType, 'application/json')
}

/** A field given twice becomes an array, as in a query. */
function parseForm(bytes: Buffer): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null)
  const form = new URLSearchParams(bytes.toString('utf8'))
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name)
    fields[name] = values.length === 1 ? (values[0] as string) : values
  }
  return fields
}

function openUpload(upload: NonNullable<Route['upload']>, request: FastifyRequest): Readable {
  const mediaType = mediaTypeOf(request)
  if (!upload.contentTypes.includes(mediaType)) throw wrongType(mediaType, upload.contentTypes.join(', '))
  refuseDeclaredLength(request, upload.maxBytes)
  const counted = countBytes(upload.maxBytes)
  // A client that goes away fails the stream; without this the part that came would look like a complete file. `pipeline`
  // would also close the socket when the upload is too large, before the reply that says so.
  request.raw.once('error', (error) => counted.destroy(error))
  return request.raw.pipe(counted)
}

function countBytes(maxBytes: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) done(httpProblem('too_large', { detail: { maxBytes } }))
      else done(null, chunk)
    },
  })
}

async function collect(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  refuseDeclaredLength(request, maxBytes)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of Readable.prototype.iterator.call(request.raw, { destroyOnReturn: false })) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw httpProblem('too_large', { detail: { maxBytes } })
    chunks.push(chunk)
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
}

function refuseDeclaredLength(request: FastifyRequest, maxBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes)
    throw httpProblem('too_large', { detail: { maxBytes } })
}

/** `text/csv` of `Text/CSV; charset=utf-8`. */
function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function wrongType(given: string, taken: string) {
  return httpProblem('content_type', { detail: { given: given.slice(0, 100), taken } })
}
