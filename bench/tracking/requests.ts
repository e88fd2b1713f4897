import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Target {
  readonly host: string
  readonly port: number
}
export interface Load {
  readonly requests: number
  readonly connections: number
  /** The path of a request; numbers count from 0. */
  pathOf(number: number): string
  /** What a good answer begins with. */
  readonly status: number
  /** So many a second, evenly; as fast as they are answered when left out. */
  readonly perSecond?: number
}
export interface Served {
  readonly seconds: number
  /** Of each request, from the moment it was due: one that had to wait for its turn has waited. */
  readonly milliseconds: readonly number[]
}

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'
const headEnd = '\r\n\r\n'

/** GETs over so many connections that stay, one at a time on each: little more than the bytes, so that the server is measured. */
export async function request(target: Target, load: Load): Promise<Served> {
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => open(target)))
  const milliseconds: number[] = []
  const began = performance.now()
  let next = 0
  async function work(socket: Socket): Promise<void> {
    const answers = readAnswers(socket)
    for (let number = next++; number < load.requests; number = next++) {
      const due = load.perSecond === undefined ? performance.now() : began + (number * 1_000) / load.perSecond
      const early = due - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      socket.write(
        `GET ${load.pathOf(number)} HTTP/1.1\r\nhost: ${target.host}:${target.port}\r\nuser-agent: ${agent}${headEnd}`,
      )
      const status = await answers.next()
      milliseconds.push(performance.now() - due)
      if (status !== load.status) throw new Error(`The server was to answer ${load.status} and answered ${status}`)
    }
  }
  try {
    await Promise.all(sockets.map(work))
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  return { seconds: (performance.now() - began) / 1_000, milliseconds }
}

async function open({ host, port }: Target): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** The status of one answer after the other; a body has the length that its head says. */
function readAnswers(socket: Socket) {
  let text = ''
  let waiting: { resolve(status: number): void; reject(error: Error): void } | undefined
  const fail = () => waiting?.reject(new Error('The server ended the connection'))
  socket.on('error', fail).on('close', fail)
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part
    const headLength = text.indexOf(headEnd)
    if (headLength < 0) return
    const bodyLength = Number(/^content-length: *(\d+)/im.exec(text.slice(0, headLength))?.[1])
    if (Number.isNaN(bodyLength)) return waiting?.reject(new Error(`An answer does not say its length: ${text}`))
    const end = headLength + headEnd.length + bodyLength
    if (text.length < end) return
    const status = Number(text.slice(9, 12))
    text = text.slice(end)
    waiting?.resolve(status)
  })
  return {
    next: () =>
      new Promise<number>((resolve, reject) => {
        waiting = { resolve, reject }
      }),
  }
}
