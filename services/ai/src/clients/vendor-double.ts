import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a double does with one call, in the order given; the last is repeated. */
export type Act =
  | { readonly kind: 'answer'; readonly text: string }
  /** The connection is lost in the middle of the text. */
  | { readonly kind: 'cut'; readonly text: string }
  /** The stream ends well, but without the vendor's word for the end. */
  | { readonly kind: 'unfinished'; readonly text: string }
  /** The vendor says that the answer had no room. */
  | { readonly kind: 'out_of_room'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number }
  /** Headers and a first piece, then nothing. */
  | { readonly kind: 'silence'; readonly text: string }

export interface ReceivedCall {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: the vendor's own JSON, which tests look into
  readonly body: any
}

/** How a vendor talks. */
export interface Dialect {
  readonly path: string
  readonly contentType: string
  /** The error body of a status, as the vendor documents it. */
  errorOf(status: number): unknown
  begin(model: string): string
  piece(model: string, text: string): string
  end(model: string, ending: 'complete' | 'out_of_room', tokens: { input: number; output: number }): string
}

export interface VendorDouble extends AsyncDisposable {
  readonly url: string
  readonly calls: readonly ReceivedCall[]
  /** Replaces what is still to be done. */
  act(...acts: readonly Act[]): void
}

/** Tokens that every answer of a double is said to have cost. */
export const doubleTokens = { input: 120, output: 45 }

/** A local server in a vendor's place: its wire format, not its wits. For tests and for work without a key. */
export async function openVendorDouble(dialect: Dialect): Promise<VendorDouble> {
  const calls: ReceivedCall[] = []
  let acts: Act[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body = await readJson(incoming)
    calls.push({ path: incoming.url ?? '', headers: incoming.headers, body })
    const act = (acts.length > 1 ? acts.shift() : acts[0]) ?? { kind: 'status', status: 500 }
    if (incoming.url !== dialect.path) return sendError(outgoing, dialect, 404)
    if (act.kind === 'status') return sendError(outgoing, dialect, act.status)
    await speak(outgoing, dialect, String(body.model), act)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    act: (...next) => {
      acts = [...next]
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Spoken = Exclude<Act, { kind: 'status' }>

async function speak(outgoing: ServerResponse, dialect: Dialect, model: string, act: Spoken): Promise<void> {
  outgoing.writeHead(200, { 'content-type': dialect.contentType })
  outgoing.write(dialect.begin(model))
  const pieces = act.text.match(/[\s\S]{1,24}/g) ?? []
  const said = act.kind === 'cut' || act.kind === 'silence' ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces
  for (const piece of said) outgoing.write(dialect.piece(model, piece))
  if (act.kind === 'silence') return
  if (act.kind === 'cut') return void setTimeout(() => outgoing.destroy(), 20)
  if (act.kind !== 'unfinished') {
    outgoing.write(dialect.end(model, act.kind === 'answer' ? 'complete' : 'out_of_room', doubleTokens))
  }
  outgoing.end()
}

function sendError(outgoing: ServerResponse, dialect: Dialect, status: number): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(JSON.stringify(dialect.errorOf(status)))
}

async function readJson(incoming: IncomingMessage) {
  let text = ''
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk
  return text === '' ? {} : JSON.parse(text)
}

export function serverSentEvent(payload: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(payload)}\n\n`
}
