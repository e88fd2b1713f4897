import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, test } from 'node:test'
import { can, route } from '@fanfare/kernel'
import { boot } from '@fanfare/testkit'
import { z } from 'zod'
import { mounted } from './mounted.ts'

const maxBytes = 3_000_000
let failure: Promise<unknown> = Promise.resolve()
const app = await boot([
  mounted([
    route({
      method: 'POST',
      path: '/v1/files',
      name: 'uploadFile',
      summary: 'Takes a file',
      access: can('contacts.write'),
      upload: { contentTypes: ['text/csv'], maxBytes },
      replies: { 201: z.object({ bytes: z.int() }) },
      handler: async ({ stream }) => {
        let bytes = 0
        const reading = (async () => {
          for await (const chunk of stream) bytes += chunk.byteLength
        })()
        failure = reading.catch((error) => error)
        await reading
        return { status: 201, body: { bytes } }
      },
    }),
  ]),
])
after(() => app.stop())
const tenantId = app.tenant()
const api = app.as({ tenantId, role: 'editor' })
const csv = { 'content-type': 'text/csv; charset=utf-8' }

function* chunks(bytes: number) {
  const chunk = new TextEncoder().encode('x'.repeat(100_000))
  for (let sent = 0; sent < bytes; sent += chunk.byteLength) yield chunk
}

test('an upload streams past the limit of JSON bodies, up to its own', async () => {
  const taken = await api.post('/v1/files', ReadableStream.from(chunks(maxBytes)), csv)
  assert.deepEqual([taken.status, taken.body], [201, { bytes: maxBytes }])
  const announced = await api.post('/v1/files', new Uint8Array(maxBytes + 1), csv)
  assert.deepEqual([announced.status, announced.body.code], [413, 'http.too_large'])
  const streamed = await api.post('/v1/files', ReadableStream.from(chunks(maxBytes + 1)), csv)
  assert.deepEqual([streamed.status, streamed.body.code], [413, 'http.too_large'])
})

test('an upload of another type is refused before it is read', async () => {
  const refused = await api.post('/v1/files', '{}', { 'content-type': 'application/json' })
  assert.deepEqual([refused.status, refused.body.code], [415, 'http.content_type'])
})

test('an upload that breaks off is no complete file', async () => {
  const before = failure
  const authorization = `Bearer test.${tenantId}.editor`
  const upload = request(`${app.url}/v1/files`, { method: 'POST', headers: { ...csv, authorization } })
  upload.on('error', () => {})
  upload.write('email\na@example.com\n')
  while (failure === before) await new Promise((resolve) => setImmediate(resolve))
  upload.destroy()
  assert.match(String(await failure), /aborted/)
})
