import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'

export const stages = ['connect', 'ehlo', 'mail', 'rcpt', 'data', 'content'] as const
export type SinkStage = (typeof stages)[number]
/** A reply to send instead, what to do to the connection, or after how many milliseconds to answer as usual. */
export type SinkAnswer = string | number | 'hang' | 'drop' | 'tarpit'
export interface SinkContext {
  readonly recipient: string
  readonly connection: number
}

/** A small SMTP server that answers as a test wants and keeps what it took. */
export interface Sink extends AsyncDisposable {
  readonly port: number
  /** `atMs` by `performance.now()`. */
  readonly messages: { recipient: string; source: string; atMs: number }[]
  /** Connections that got as far as a greeting. */
  readonly connections: () => number
}

const usual: Record<SinkStage, string> = {
  connect: '220 sink ready',
  ehlo: '250-sink\r\n250-PIPELINING\r\n250 8BITMIME',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go on',
  content: '250 2.0.0 taken',
}

export async function openSink(
  answer: (stage: SinkStage, context: SinkContext) => SinkAnswer | undefined = () => undefined,
): Promise<Sink> {
  const messages: Sink['messages'] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    const connection = ++connections
    converse(socket, messages, (stage, recipient) => answer(stage, { recipient, connection }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function converse(
  socket: Socket,
  messages: Sink['messages'],
  answer: (stage: SinkStage, recipient: string) => SinkAnswer | undefined,
): void {
  let pending = ''
  let inContent = false
  let hasSender = false
  let isHanging = false
  let recipient = ''
  const say = (stage: SinkStage): string => {
    const reply = answer(stage, recipient) ?? usual[stage]
    if (typeof reply === 'number') {
      sayLater(usual[stage], reply)
      return usual[stage]
    }
    if (reply === 'drop') socket.destroy()
    else if (reply === 'hang') isHanging = true
    else if (reply === 'tarpit') {
      isHanging = true
      drip(socket, `${usual[stage]}\r\n`)
    } else socket.write(`${reply}\r\n`)
    return reply
  }
  const takeContent = (): boolean => {
    const end = pending.startsWith('.\r\n') ? 0 : pending.indexOf('\r\n.\r\n')
    if (end < 0) return false
    const source = pending.slice(0, end)
    pending = pending.slice(end + (end === 0 ? 3 : 5))
    inContent = false
    const taken = recipient
    if (say('content').startsWith('2'))
      messages.push({ recipient: taken, source: source.replace(/^\.\./gm, '.'), atMs: performance.now() })
    return true
  }
  const takeCommand = (): boolean => {
    const end = pending.indexOf('\r\n')
    if (end < 0) return false
    const line = pending.slice(0, end)
    pending = pending.slice(end + 2)
    if (/^(EHLO|HELO)/i.test(line)) say('ehlo')
    else if (/^MAIL/i.test(line)) {
      hasSender = say('mail').startsWith('2')
      recipient = ''
    } else if (/^RCPT/i.test(line) && !hasSender) socket.write('503 5.5.1 no sender\r\n')
    else if (/^RCPT/i.test(line)) {
      recipient = /<([^>]*)>/.exec(line)?.[1] ?? ''
      if (!say('rcpt').startsWith('2')) recipient = ''
    } else if (/^DATA/i.test(line)) {
      // Sent ahead by a pipelining client whose recipient was refused (RFC 2920 §3.1).
      if (recipient === '') socket.write('554 5.5.1 no valid recipients\r\n')
      else inContent = say('data').startsWith('3')
    } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
    else socket.write('250 ok\r\n')
    return true
  }
  const takeAll = () => {
    while (!isHanging && (inContent ? takeContent() : takeCommand()));
  }
  const sayLater = (reply: string, afterMs: number) => {
    isHanging = true
    const answerNow = () => {
      isHanging = false
      if (socket.destroyed) return
      socket.write(`${reply}\r\n`)
      takeAll()
    }
    setTimeout(answerNow, afterMs).unref()
  }
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1')
    takeAll()
  })
  say('connect')
}

/** The usual answer, a byte a second. */
function drip(socket: Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++] ?? ''), 1_000)
  socket.on('close', () => clearInterval(timer))
}
