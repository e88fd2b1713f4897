import type { Readable } from 'node:stream'
import { anyone, type Route, route } from '@fanfare/kernel'
import { z } from 'zod'
import { providerKinds } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { createSnsCertificates } from '../provider-events/sns-certificates.ts'
import { takeProviderEvents } from '../provider-events/take.ts'

const maxBytes = 1_048_576
/** A campaign of a million people is told of from few addresses. */
const callsPerMinute = 100_000

export function providerEventRoutes(deps: Deps): Route[] {
  const shared = { ...deps, snsCertificates: createSnsCertificates(deps) }
  return [
    route({
      method: 'POST',
      path: '/v1/provider-events/:token/:provider',
      name: 'takeProviderEvents',
      summary: 'Where SendGrid, Mailgun and SES (through SNS) post what became of messages; signed by them',
      access: anyone('providers post without credentials of ours; the token is signed here and what they post by them'),
      callsPerMinute,
      params: z.object({ token: z.string().max(100), provider: z.enum(providerKinds) }),
      // SNS says text/plain of its JSON.
      upload: { contentTypes: ['application/json', 'text/plain'], maxBytes },
      replies: { 200: z.object({ taken: z.int().describe('How many told something new') }) },
      handler: async ({ params: { token, provider }, headers, stream }) => {
        const body = await collect(stream)
        return { status: 200, body: { taken: await takeProviderEvents(shared, { token, provider, headers, body }) } }
      },
    }),
  ]
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
