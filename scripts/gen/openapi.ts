import { createLogger, Http, start } from '@fanfare/kernel'
import { platform } from '../../apps/server/platform.ts'

/** The product's OpenAPI document, asked of the product itself on a database in memory. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  await using app = await start(platform, {
    environment: { FANFARE_DATA_DIR: 'memory://', FANFARE_PORT: '0' },
    log: createLogger({ level: 'silent' }),
  })
  const reply = await fetch(`${app.get(Http).localUrl}/openapi.json`)
  const document = (await reply.json()) as Record<string, unknown>
  // The address of this run is nobody else's.
  return { ...document, servers: [{ url: '/' }] }
}
