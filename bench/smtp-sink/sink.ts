import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Conversation, greeting } from './conversation.ts'
import { type Copy, type Counts, Tally } from './tally.ts'

export interface SinkOptions {
  readonly port?: number
  /** Keep every accepted copy with its Message-ID, for `record`. */
  readonly records?: boolean
  /** Keep the content of the first message, for `sample`. */
  readonly keepsSample?: boolean
}

export interface SinkCounts extends Counts {
  /** Connections open now, and the most that were open at once. */
  readonly open: number
  readonly mostOpen: number
  /** Connections that ended without QUIT: each may have been carrying one message. */
  readonly cut: number
  readonly cpuMicroseconds: number
}

/** What can be asked of a sink, in this process or in one of its own. */
export interface SinkControl {
  counts(): SinkCounts
  duplicates(): [string, number][]
  missing(expected: readonly string[]): string[]
  record(): readonly Copy[]
  /** The content of the first message since the start or the last reset, as it came. */
  sample(): Buffer | undefined
  /** Forgets what was accepted; connections stay. */
  reset(): void
  /** Answers no more messages a second than this, over all connections; null lifts the limit. */
  pace(messagesPerSecond: number | null): void
}

export interface Sink extends SinkControl, AsyncDisposable {
  readonly port: number
}

/** An SMTP server on the loopback that accepts everything, counts what it accepted, and throws it away. */
export async function openSink({ port = 0, records = false, keepsSample = false }: SinkOptions = {}): Promise<Sink> {
  const tally = new Tally(records)
  const sockets = new Set<Socket>()
  let [mostOpen, cut] = [0, 0]
  let sample: Buffer | undefined
  let [stepMs, nextMs] = [0, 0]

  /** Takes the next slot of an even pace. */
  function waitMs(): number {
    if (stepMs === 0) return 0
    const now = performance.now()
    nextMs = Math.max(nextMs, now) + stepMs
    return nextMs - now
  }

  const server = createServer({ noDelay: true }, (socket) => {
    let endedByQuit = false
    sockets.add(socket)
    mostOpen = Math.max(mostOpen, sockets.size)
    const conversation = new Conversation({
      keepsContent: records || keepsSample,
      write(text) {
        if (socket.destroyed) return false
        socket.write(text, 'latin1')
        return true
      },
      end() {
        endedByQuit = true
        socket.end()
      },
      waitMs,
      accept(message) {
        tally.add(message)
        if (keepsSample) sample ??= message.content
      },
    })
    socket.on('data', (chunk: Buffer) => conversation.take(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (!endedByQuit) cut += 1
    })
    socket.write(greeting)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })

  return {
    port: (server.address() as AddressInfo).port,
    counts() {
      const { user, system } = process.cpuUsage()
      return { ...tally.counts(), open: sockets.size, mostOpen, cut, cpuMicroseconds: user + system }
    },
    duplicates: () => tally.duplicates(),
    missing: (expected) => tally.missing(expected),
    record: () => tally.record(),
    sample: () => sample,
    reset() {
      tally.reset()
      sample = undefined
      mostOpen = sockets.size
    },
    pace(messagesPerSecond) {
      stepMs = messagesPerSecond === null ? 0 : 1_000 / messagesPerSecond
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
