import type { AddressInfo } from 'node:net'
import { Db } from '../database.ts'
import { Http } from '../http.ts'
import { defineService, type ServiceContext } from '../service.ts'
import { HttpConfig } from './config.ts'
import { type Door, keepDoor } from './door.ts'
import { answerUnknown, serveFolder } from './files.ts'
import { keepHosts } from './hosts.ts'
import { createLimits } from './limits.ts'
import { httpMigrations } from './migrations.ts'
import { mountRoute, refuseOtherMethods } from './mount.ts'
import { httpProblem } from './problems.ts'
import { serveReference } from './reference.ts'
import { createServer } from './server.ts'
import { systemRoutes } from './system-routes.ts'

/**
 * The HTTP door. Routes are mounted while the graph starts; the door opens once all of it is up, and on stop takes no new
 * request and waits for those in hand.
 *
 * Problems at start: `http.port_taken`, `http.no_access`, `http.route_twice`, `http.name_twice`.
 */
export function http() {
  return defineService({
    provides: Http,
    needs: { db: Db },
    config: HttpConfig,
    async start({ db }, context) {
      const { config } = context
      await db.migrate('kernel_http', httpMigrations)
      const app = await createServer(config, '0.1.0', context.log)
      const door: Door = {
        app,
        config,
        db,
        context,
        limits: createLimits(config.rateLimitFactor),
        table: new Map(),
        sockets: new Map(),
        restrictions: [],
        homes: [],
        authenticate: undefined,
        closing: false,
        files: undefined,
        localUrl: () => localUrlOf(door),
        publicUrl: () => config.publicUrl ?? localUrlOf(door),
      }
      keepHosts(door)
      for (const route of systemRoutes(door)) mountRoute(door, 'system', route)
      serveReference(door)
      answerUnknown(door)
      openAndClose(door, context)
      const self = interfaceOf(door)
      keepDoor(self, door)
      return self
    },
    health: (self) => ({ state: 'up', detail: { url: self.localUrl } }),
  })
}

function openAndClose(door: Door, context: ServiceContext<HttpConfig>): void {
  context.onReady(async () => {
    await serveFolder(door)
    refuseOtherMethods(door)
    await listen(door)
  })
  context.onDrain(async (signal) => {
    door.closing = true
    signal.addEventListener('abort', () => door.app.server.closeAllConnections())
    await door.app.close()
  })
  context.defer(() => door.app.close())
}

async function listen({ app, config: { port, host } }: Door): Promise<void> {
  try {
    await app.listen({ port, host })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw httpProblem('port_taken', { detail: { port, host }, cause: error })
  }
}

function interfaceOf(door: Door): Http {
  return {
    mount: (service, routes) => {
      for (const route of routes) mountRoute(door, service, route)
    },
    authenticateWith: (authenticator) => {
      if (door.authenticate) throw httpProblem('authenticator_twice')
      door.authenticate = authenticator
    },
    serveFiles: (folder) => {
      door.files = folder
    },
    restrictHosts: (restriction) => {
      door.restrictions.push(restriction)
    },
    serveHosts: (hosts) => {
      door.homes.push(hosts)
    },
    get publicUrl() {
      return door.publicUrl()
    },
    get localUrl() {
      return door.localUrl()
    },
    routes: () => [...door.table.values()],
  }
}

/** Where this machine reaches the door; a wildcard host is reached by loopback. */
function localUrlOf({ app, config }: Door): string {
  const bound = app.server.address() as AddressInfo | null
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[config.host] ?? config.host
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `http://${name}:${bound?.port ?? config.port}`
}
