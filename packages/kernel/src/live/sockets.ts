import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { OpenSocket } from '../http/door.ts'
import { type Connection, type Connections, maxAgeMs, maxWaitingBytes } from './connections.ts'
import type { Hub } from './hub.ts'
import { liveProblem } from './problems.ts'
import { maxTopics, type Topics } from './topics.ts'

/** What a page says; anything else ends the connection. */
const Said = z.union([
  z.strictObject({ watch: z.array(z.string().max(200)).max(maxTopics) }),
  z.strictObject({ unwatch: z.array(z.string().max(200)).max(maxTopics) }),
])

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const closeCodes = { goingAway: 1001, badMessage: 1008, tooOld: 4001, credentialEnded: 4401 } as const

const closeWithinMs = 1_000

export interface LiveDeps {
  readonly hub: Hub
  readonly topics: Topics
  readonly connections: Connections
}

/**
 * Speaks with one page: it says `{"watch":[…]}` and `{"unwatch":[…]}`, hears `{"watching":[…]}` in answer, a
 * `{"refused":topic,"code":…}` for each it may not have, and `{"topic":…,"message":…}`.
 */
export function serveSocket({ hub, topics, connections }: LiveDeps, { socket, caller }: OpenSocket): void {
  const watched = new Map<string, () => void>()
  const say = (words: unknown) => sendOrDrop(socket, words)
  const watch = (topic: string) => {
    if (watched.has(topic)) return
    const full =
      watched.size >= maxTopics ? liveProblem('too_many_topics', { detail: { limit: maxTopics } }) : undefined
    const refused = full ?? topics.objection(topic, caller)
    if (refused) return say({ refused: topic, code: refused.code, title: refused.message })
    watched.set(
      topic,
      hub.watch(caller.tenantId, topic, (name, message) => say({ topic: name, message })),
    )
  }
  const unwatch = (topic: string) => {
    watched.get(topic)?.()
    watched.delete(topic)
  }

  const connection = connectionOf(socket)
  connections.add(connection, caller)
  socket.on('message', (bytes: Buffer) => {
    const said = parse(bytes)
    if (said === undefined) return socket.close(closeCodes.badMessage, 'not understood')
    if ('watch' in said) said.watch.forEach(watch)
    else said.unwatch.forEach(unwatch)
    say({ watching: [...watched.keys()] })
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    connections.delete(connection)
    for (const stop of watched.values()) stop()
  })
}

function connectionOf(socket: WebSocket): Connection {
  const openedAt = Date.now()
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  return {
    beat(now) {
      if (!answered) return socket.terminate()
      if (now - openedAt > maxAgeMs) return socket.close(closeCodes.tooOld, 'connect again')
      answered = false
      socket.ping()
    },
    end: () => socket.close(closeCodes.goingAway, 'the server stops'),
    endForGood: () => {
      socket.close(closeCodes.credentialEnded, 'the credential has ended or changed')
      // One that does not answer the close is not heard any further.
      setTimeout(() => socket.terminate(), closeWithinMs).unref()
    },
  }
}

function sendOrDrop(socket: WebSocket, words: unknown): void {
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > maxWaitingBytes) socket.terminate()
  else socket.send(JSON.stringify(words))
}

function parse(bytes: Buffer): z.output<typeof Said> | undefined {
  try {
    return Said.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return undefined
  }
}
