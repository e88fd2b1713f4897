import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
export interface ReceiverAnswer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}
/** Says nothing at all, or begins a body that never ends. */
export type ReceiverConduct = ReceiverAnswer | 'hang' | 'drip'

/** Somebody's system that is told of events: answers as a test wants and keeps what it got. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly calls: ReceivedCall[]
  /** The header webhook-id of every call, in order. */
  readonly ids: () => string[]
  /** The most calls that it had in hand at once. */
  readonly atOnce: () => number
}

export async function openReceiver(
  answer: (call: ReceivedCall, number: number) => ReceiverConduct | Promise<ReceiverConduct> = () => ({}),
): Promise<Receiver> {
  const calls: ReceivedCall[] = []
  let [inHand, atOnce] = [0, 0]
  const server = createServer(async (request, response) => {
    atOnce = Math.max(atOnce, ++inHand)
    response.on('close', () => inHand--)
    const call = { path: request.url ?? '', headers: request.headers, body: await bodyOf(request) }
    const number = calls.push(call)
    conduct(response, await answer(call, number))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    calls,
    ids: () => calls.map(({ headers }) => String(headers['webhook-id'])),
    atOnce: () => atOnce,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function conduct(response: ServerResponse, answer: ReceiverConduct): void {
  if (answer === 'hang') return
  if (answer === 'drip') {
    response.writeHead(500)
    const timer = setInterval(() => response.write('x'.repeat(1_000)), 5)
    response.on('close', () => clearInterval(timer))
    return
  }
  response.writeHead(answer.status ?? 200, answer.headers)
  response.end(answer.body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
