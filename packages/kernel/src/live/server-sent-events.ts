import { PassThrough } from 'node:stream'
import type { LiveMessage } from '../live.ts'
import { isProblem } from '../problems.ts'
import type { WorkspaceCaller } from '../route.ts'
import { maxAgeMs, maxWaitingBytes } from './connections.ts'
import type { LiveDeps } from './sockets.ts'

const reconnectAfterMs = 2_000

export interface EventStreamRequest {
  readonly caller: WorkspaceCaller
  readonly topics: readonly string[]
  /** What the page had heard last, if it was connected before. */
  readonly lastEventId: string | undefined
}

/**
 * The same messages as over the socket, for where a socket cannot pass. Nothing is kept for a page that was away: one that
 * comes back is told to read again. https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * Problems: `live.unknown_topic`, `live.forbidden`.
 */
export function openEventStream({ hub, topics, connections }: LiveDeps, request: EventStreamRequest): PassThrough {
  const { caller, lastEventId } = request
  for (const topic of request.topics) {
    const objection = topics.objection(topic, caller)
    if (isProblem(objection)) throw objection
  }
  const stream = new PassThrough()
  const openedAt = Date.now()
  let id = Number.parseInt(lastEventId ?? '', 10) || 0
  const write = (text: string) => {
    if (stream.readableLength + stream.writableLength > maxWaitingBytes) stream.destroy()
    else if (!stream.destroyed && !stream.writableEnded) stream.write(text)
  }
  const send = (topic: string, message: LiveMessage) => {
    id += 1
    write(`id: ${id}\ndata: ${JSON.stringify({ topic, message })}\n\n`)
  }
  const stops = request.topics.map((topic) => hub.watch(caller.tenantId, topic, send))
  const connection = {
    beat: (now: number) => (now - openedAt > maxAgeMs ? void stream.end() : write(': still here\n\n')),
    end: () => void stream.end(),
    endForGood: () => {
      write('event: ended\ndata: {}\n\n')
      stream.end()
    },
  }
  connections.add(connection, caller)
  stream.once('close', () => {
    connections.delete(connection)
    for (const stop of stops) stop()
  })
  write(`retry: ${reconnectAfterMs}\n\n`)
  if (lastEventId !== undefined) for (const topic of request.topics) send(topic, { type: 'changed' })
  return stream
}
