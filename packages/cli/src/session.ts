import { Identity } from '@fanfare/identity/contract'
import {
  createLogger,
  type Environment,
  Http,
  type LogOptions,
  type Running,
  readEnvironment,
  start,
} from '@fanfare/kernel'
import { createClient, type FanfareClient } from '@fanfare/sdk'
import type { platform } from '@fanfare/server'
import { UsageError } from './command.ts'

/** Read by the command line and the server's own start, not by a service. */
const ownVariables = ['FANFARE_LOG', 'FANFARE_URL', 'FANFARE_KEY']

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
  if (!url !== !key) {
    throw new UsageError(
      'FANFARE_URL and FANFARE_KEY go together: set both to use that server, or neither to work here.',
    )
  }
  if (url && key) return openRemote(url, key)
  const app = await openPlatform(options.only ? { only: options.only } : {})
  try {
    return await signIn(app, await findWorkspace(app, options.workspace))
  } catch (error) {
    await app.stop()
    throw error
  }
}

async function openRemote(url: string, key: string): Promise<Session> {
  const base = url.replace(/\/+$/, '')
  if (!URL.canParse(base))
    throw new UsageError(`FANFARE_URL is "${url}", which is no address such as http://host:8080.`)
  await fetch(base, { method: 'HEAD' }).catch(({ message, cause }) => {
    throw new Error(`The server at ${base} does not answer: ${cause?.message ?? message}. Check FANFARE_URL.`)
  })
  return { client: createClient({ url: base, key }), publicUrl: base, [Symbol.asyncDispose]: async () => {} }
}

/**
 * Starts the product in this process, quietly: on a free port unless `http` says otherwise. Ctrl-C stops it in order, so
 * that whatever it had in hand is kept for the next start.
 */
export async function openPlatform({
  only,
  http = { port: 0 },
}: {
  only?: readonly string[]
  http?: { port?: number }
} = {}): Promise<Platform> {
  const environment = readEnvironment()
  // Loaded only now: help, a mistyped call and a command for a running server need none of it.
  const server = await import('@fanfare/server')
  const app = await start(server.platform, {
    environment,
    otherVariables: ownVariables,
    config: { http },
    log: createLogger({ level: levelOf(environment), destination: process.stderr }),
    ...(only ? { only } : {}),
  })
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      process.stderr.write('\nStopping: finishing what is in hand …\n')
      void app.stop().finally(() => process.exit(code))
    })
  }
  return app
}

/** A command says itself what went wrong, so that log lines are for those who ask for them. */
function levelOf({ FANFARE_LOG }: Environment): LogOptions['level'] {
  return (['debug', 'info', 'warn'] as const).find((level) => level === FANFARE_LOG) ?? 'error'
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

/** By name or id; without one the only workspace there is, made when there is none yet. */
export async function findWorkspace(app: Platform, wanted: string | undefined): Promise<string> {
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
