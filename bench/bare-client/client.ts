import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface BareRun {
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly messages: number
  /** With doubled dots and a line end at its end, as it goes on the wire. */
  readonly content: Uint8Array
}
export interface BareFigures {
  readonly messagesPerSecond: number
  readonly cpuMicrosecondsPerMessage: number
}

/** What all connections share: which message is next, and how many have been answered. */
interface Course {
  readonly run: BareRun
  next: number
}

/**
 * The most that this runtime can hand to a server: prepared bytes, one write and one round trip a message. Each write is
 * a content with its dot and, behind it, the whole envelope of the next message, up to its DATA (RFC 2920 §3.1).
 */
export async function sendBare(run: BareRun): Promise<BareFigures> {
  const course: Course = { run, next: 0 }
  const lanes = Math.min(run.connections, run.messages)
  const sockets = await Promise.all(Array.from({ length: lanes }, () => greet(run)))
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  await Promise.all(sockets.map((socket) => sendOver(socket, course)))
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(cpuBefore)
  for (const socket of sockets) socket.end('QUIT\r\n')
  return { messagesPerSecond: run.messages / seconds, cpuMicrosecondsPerMessage: (user + system) / run.messages }
}

async function greet({ host, port }: BareRun): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  await readReply(socket, '220')
  socket.write('EHLO bench.example\r\n')
  await readReply(socket, '250')
  return socket
}

/** One reply, of one line or several. */
async function readReply(socket: Socket, code: string): Promise<void> {
  let text = ''
  while (!/^\d{3}(?!-).*\r\n$/m.test(text)) text += (await once(socket, 'data'))[0]
  if (!text.startsWith(code)) throw new Error(`The server was to say ${code} and said: ${text.trim()}`)
}

const digits = 10
const [lineFeed, two, three] = [10, 0x32, 0x33]

/** Sends what is left of the course over one connection. */
function sendOver(socket: Socket, course: Course): Promise<void> {
  const { envelope, number } = envelopeOf()
  const message = Buffer.concat([course.run.content, Buffer.from('.\r\n')])
  const messageAndEnvelope = Buffer.concat([message, envelope])
  /** The number of the message in place of the last one; the system has its own copy of what was written. */
  const numbered = (buffer: Buffer, at: number) => {
    buffer.write(String(course.next).padStart(digits, '0'), at, 'latin1')
    course.next += 1
    return buffer
  }
  return new Promise((resolve, reject) => {
    let hasNext = true
    // MAIL, RCPT and DATA, and the content before them unless they are the first.
    let awaited = 3
    let atLineStart = true
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The server closed the connection')))
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at]
        if (atLineStart && byte !== two && byte !== three) {
          return reject(new Error(`The server refused a message: ${chunk.toString('latin1', at).trim()}`))
        }
        atLineStart = byte === lineFeed
        if (atLineStart) awaited -= 1
      }
      if (awaited > 0) return
      if (!hasNext) return resolve()
      hasNext = course.next < course.run.messages
      awaited = hasNext ? 4 : 1
      socket.write(hasNext ? numbered(messageAndEnvelope, message.length + number) : message)
    })
    if (course.next < course.run.messages) socket.write(numbered(envelope, number))
    else resolve()
  })
}

function envelopeOf(): { envelope: Buffer; number: number } {
  const before = 'MAIL FROM:<bare@bench.example>\r\nRCPT TO:<bare.'
  const envelope = Buffer.from(`${before}${'0'.repeat(digits)}@bench.example>\r\nDATA\r\n`)
  return { envelope, number: before.length }
}
