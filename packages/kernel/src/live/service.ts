import { z } from 'zod'
import { Db } from '../database.ts'
import { acceptSockets } from '../http/door.ts'
import { Http } from '../http.ts'
import { Live } from '../live.ts'
import { can, type Route, route } from '../route.ts'
import { defineService } from '../service.ts'
import { openBus } from './bus.ts'
import { Connections } from './connections.ts'
import { createHub } from './hub.ts'
import { liveProblem } from './problems.ts'
import { openEventStream } from './server-sent-events.ts'
import { type LiveDeps, serveSocket } from './sockets.ts'
import { createTopics, maxTopics } from './topics.ts'

/** Everybody of a workspace may open a line; each topic asks for a permission of its own. */
const member = can('workspace.read')

/** Live topics over WebSocket and Server-Sent Events. */
export function live() {
  return defineService({
    provides: Live,
    needs: { db: Db, http: Http },
    async start({ db, http }, { log, metrics, defer, onDrain }) {
      const deps: LiveDeps = { hub: createHub(), topics: createTopics(), connections: new Connections() }
      const bus = await openBus(db, deps, log)
      defer(() => bus.close())
      onDrain(() => deps.connections[Symbol.dispose]())
      defer(() => deps.connections[Symbol.dispose]())
      metrics.gauge('fanfare_live_connections', 'Open live connections', () => deps.connections.size)
      acceptSockets(http, '/v1/live', (open) => serveSocket(deps, open))
      http.mount('live', liveRoutes(deps))
      return {
        topic: (noun, permission) => deps.topics.declare(noun, permission),
        topics: () => deps.topics.declared(),
        publish: (tenantId, topic, message) =>
          db.afterCommit(() => {
            deps.hub.deliver(tenantId, topic, message)
            bus.send(tenantId, topic, message)
          }),
        endLines: (whose) =>
          db.afterCommit(() => {
            deps.connections.endLines(whose)
            bus.endLines(whose)
          }),
      }
    },
  })
}

const TopicList = z
  .string()
  .transform((list) => [...new Set(list.split(',').filter((topic) => topic !== ''))])
  .pipe(z.array(z.string().max(200)).min(1).max(maxTopics))
  .describe('Topics, separated by commas')
const workspace = z.uuid().optional().describe('Where the header fanfare-workspace cannot be set')

function liveRoutes(deps: LiveDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/live',
      name: 'openLiveSocket',
      summary: 'A WebSocket: say {"watch":[topics]}, hear {"topic","message"}',
      access: member,
      query: z.object({ workspace }),
      replies: { 101: z.null() },
      handler: async () => {
        throw liveProblem('upgrade_needed')
      },
    }),
    route({
      method: 'GET',
      path: '/v1/live/events',
      name: 'streamLiveEvents',
      summary: 'The messages of topics as Server-Sent Events',
      access: member,
      query: z.object({ workspace, topics: TopicList }),
      replies: { 200: z.any().meta({ contentType: 'text/event-stream' }) },
      handler: async ({ caller, query, headers }) => ({
        status: 200,
        body: openEventStream(deps, { caller, topics: query.topics, lastEventId: headers['last-event-id'] }),
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          // Asks a proxy in front not to collect the stream: https://nginx.org/en/docs/http/ngx_http_proxy_module.html
          'x-accel-buffering': 'no',
        },
      }),
    }),
  ]
}
