import type { LiveMessage } from '@fanfare/kernel'
import { WebSocket } from 'ws'

export interface WatchedMessage {
  readonly topic: string
  readonly message: LiveMessage
}

/** Messages as they arrive over a real WebSocket; those that came before they are asked for wait. */
export interface Watcher extends AsyncIterable<WatchedMessage>, AsyncDisposable {
  /** The next message. Rejects when none comes within `withinMs`, 5 s by default. */
  next(withinMs?: number): Promise<WatchedMessage>
  /** What has come and has not been asked for. */
  waiting(): readonly WatchedMessage[]
  close(): Promise<void>
}

/** Opens a socket, watches topics and resolves once the server has said so. */
export async function openWatcher(url: string, token: string, topics: readonly string[]): Promise<Watcher> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/live`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const queue = new Queue<WatchedMessage>()
  const watching = Promise.withResolvers<void>()
  socket.on('message', (bytes: Buffer) => {
    const received = JSON.parse(bytes.toString('utf8'))
    if (Array.isArray(received.watching)) watching.resolve()
    else if (typeof received.topic === 'string') queue.push(received)
    else if (received.refused) watching.reject(new Error(`Watching ${received.refused} was refused: ${received.code}`))
  })
  socket.on('error', (error) => watching.reject(error))
  socket.on('unexpected-response', (_request, reply) => {
    watching.reject(new Error(`The socket was refused with status ${reply.statusCode}`))
  })
  socket.on('close', (code) => {
    watching.reject(new Error(`The socket was closed with code ${code}`))
    queue.end()
  })
  socket.on('open', () => socket.send(JSON.stringify({ watch: topics })))
  await watching.promise.catch((error) => {
    socket.terminate()
    throw error
  })
  return watcherOf(socket, queue)
}

function watcherOf(socket: WebSocket, queue: Queue<WatchedMessage>): Watcher {
  const close = async () => {
    if (socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.close()
    await closed
  }
  return {
    next: (withinMs = 5_000) => queue.take(withinMs),
    waiting: () => queue.waiting(),
    close,
    [Symbol.asyncDispose]: close,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const message = await queue.take(undefined).catch(() => undefined)
        if (message === undefined) return
        yield message
      }
    },
  }
}

class Queue<T> {
  readonly #items: T[] = []
  #wake = Promise.withResolvers<void>()
  #ended = false

  push(item: T): void {
    this.#items.push(item)
    this.#wake.resolve()
  }

  end(): void {
    this.#ended = true
    this.#wake.resolve()
  }

  waiting(): readonly T[] {
    return this.#items
  }

  async take(withinMs: number | undefined): Promise<T> {
    const deadline = withinMs === undefined ? undefined : AbortSignal.timeout(withinMs)
    const late = new Promise<never>((_, reject) => {
      deadline?.addEventListener('abort', () => reject(new Error(`No message came within ${withinMs} ms`)))
    })
    // A message that came in time leaves nobody to hear of it.
    late.catch(() => {})
    for (;;) {
      const first = this.#items.shift()
      if (first !== undefined) return first
      if (this.#ended) throw new Error('The socket is closed and no message is left')
      this.#wake = Promise.withResolvers()
      await Promise.race([this.#wake.promise, late])
    }
  }
}
