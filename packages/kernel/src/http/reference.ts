import fastify from 'fastify'
import type { Door } from './door.ts'

const prefix = '/docs/api'

/** The page runs a bundled script and an inline call of it, and may talk to this server only. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ')

/**
 * The reference page of the API. Its script is some megabytes of a package's source, so the package is loaded by the first
 * visitor, into a small server of its own that is asked for the page and the script.
 */
export function serveReference(door: Door): void {
  let loaded: ReturnType<typeof loadReference> | undefined
  const paths = [`${prefix}`, `${prefix}/`, `${prefix}/js/scalar.js`]
  for (const url of paths) {
    door.app.get(url, { schema: { hide: true } as object }, async (_request, reply) => {
      if (url === prefix) return reply.redirect(`${prefix}/`, 301)
      loaded ??= loadReference()
      const found = await (await loaded).inject(url)
      return reply
        .header('content-type', found.headers['content-type'])
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .send(found.body)
    })
  }
}

async function loadReference() {
  const { default: reference } = await import('@scalar/fastify-api-reference')
  const pages = fastify()
  await pages.register(reference, {
    routePrefix: prefix,
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Fanfare API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  })
  return pages
}
