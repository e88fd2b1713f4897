import { Identity } from '@fanfare/identity/contract'
import { createLogger, Http, type Running, readEnvironment, start } from '@fanfare/kernel'
import { createClient, type FanfareClient } from '@fanfare/sdk'
import { platform } from '@fanfare/server'
import { UsageError } from './command.ts'

export type Platform = Running<(typeof platform)[number]['provides']['id']>

/** A command's way to the product: the API of a running server, or of one started in this process for as long as it takes. */
export interface Session extends AsyncDisposable {
  readonly client: FanfareClient
  /** The base of links a person can open. */
  readonly publicUrl: string
}

export interface SessionOptions {
  /** The services the command needs, with whatever they need; all when left out. */
  only?: readonly string[]
  /** Name or id; by default the only workspace there is. */
  workspace?: string | undefined
}

/**
 * With FANFARE_URL and FANFARE_KEY set, talks to that server. Otherwise starts the product here on a free port, with a key of
 * its own that is withdrawn at the end.
 */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const { FANFARE_URL: url, FANFARE_KEY: key } = readEnvironment()
  if (url !== undefined && key !== undefined) {
    return { client: createClient({ url, key }), publicUrl: url, [Symbol.asyncDispose]: async () => {} }
  }
  const app = await openPlatform(options.only)
  try {
    return await signIn(app, await findWorkspace(app, options.workspace))
  } catch (error) {
    await app.stop()
    throw error
  }
}

/** Starts the product in this process on a free port, quietly. */
export function openPlatform(only?: readonly string[]): Promise<Platform> {
  return start(platform, {
    environment: readEnvironment(),
    config: { http: { port: 0 } },
    log: createLogger({ level: 'warn', destination: process.stderr }),
    ...(only ? { only } : {}),
  })
}

/** A session of a workspace in a platform that runs here; closing it stops the platform. */
export async function signIn(app: Platform, tenantId: string): Promise<Session> {
  const { keyId, key } = await app.get(Identity).issueKey({ tenantId, name: 'command line', role: 'owner' })
  const { localUrl, publicUrl } = app.get(Http)
  const client = createClient({ url: localUrl, key })
  return {
    client,
    publicUrl,
    async [Symbol.asyncDispose]() {
      await client.DELETE('/v1/api-keys/{keyId}', { params: { path: { keyId } } })
      await app.stop()
    },
  }
}

async function findWorkspace(app: Platform, wanted: string | undefined): Promise<string> {
  const workspaces = await app.get(Identity).listWorkspaces({})
  const fitting = workspaces.filter(
    ({ tenantId, name }) => wanted === undefined || tenantId === wanted || name === wanted,
  )
  if (fitting.length === 1) return (fitting[0] as { tenantId: string }).tenantId
  if (workspaces.length === 0 && wanted === undefined) {
    const { tenantId } = await app.get(Identity).openWorkspace({ name: 'My workspace' })
    return tenantId
  }
  const names = workspaces.map(({ name, tenantId }) => `${name} (${tenantId})`).join(', ')
  if (fitting.length === 0) throw new UsageError(`No workspace is called "${wanted}". There are: ${names}`)
  throw new UsageError(`Say which workspace with --workspace <name or id>. There are: ${names}`)
}
