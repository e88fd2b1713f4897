import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** One request as it came. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * What goes wrong with one request: an answer instead of the usual one, no answer at all, a connection that goes once the
 * request was read, or once it was also carried out.
 */
export type Fault = Answer | 'hang' | 'drop' | 'drop_after'

/** A message that the double's vendor would have sent. */
export interface TakenMessage {
  readonly to: readonly string[]
  readonly from: string
  readonly subject: string
  readonly html: string
  readonly text: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly tag: string
  readonly attachments: readonly string[]
}

/** A provider on this machine that behaves as its vendor documents. */
export interface Double extends AsyncDisposable {
  readonly url: string
  readonly taken: TakenMessage[]
  /** Requests that would send, answered well or not. */
  sends: number
  /** What becomes of the next ones that would send, one each. */
  readonly faults: Fault[]
  /** Of all that would send, when there is none in `faults`. */
  fault: Fault | undefined
  /** Before it answers. */
  delayMs: number
}

/** @param vendor answers a request; `taken` are the messages that it would send, which count unless a fault comes first */
export async function openDouble(
  isSend: (asked: Asked) => boolean,
  vendor: (asked: Asked) => Promise<{ answer: Answer; taken?: readonly TakenMessage[] }>,
): Promise<Double> {
  const double: Omit<Double, 'url' | typeof Symbol.asyncDispose> = {
    taken: [],
    sends: 0,
    faults: [],
    fault: undefined,
    delayMs: 0,
  }
  const server = createServer(async (request, reply) => {
    const asked = await read(request)
    if (isSend(asked)) double.sends++
    const fault = isSend(asked) ? (double.faults.shift() ?? double.fault) : undefined
    if (fault === 'hang') return
    if (fault === 'drop') return void request.socket.destroy()
    if (typeof fault === 'object') return write(reply, fault)
    if (double.delayMs > 0) await sleep(double.delayMs)
    const { answer, taken = [] } = await vendor(asked)
    double.taken.push(...taken)
    if (fault === 'drop_after') request.socket.destroy()
    else write(reply, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(double, {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const headers = request.headers as Record<string, string | undefined>
  return { method: request.method ?? '', path: request.url ?? '', headers, body: Buffer.concat(chunks) }
}

function write(reply: ServerResponse, { status, headers = {}, body }: Answer): void {
  const isText = typeof body === 'string'
  reply.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers })
  reply.end(body === undefined ? undefined : isText ? body : JSON.stringify(body))
}

export function lowerNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Vendors know more addresses to be bad than a pattern does: this one they refuse. */
export function isRefusedAddress(address: string): boolean {
  return address.startsWith('refused') || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)
}
