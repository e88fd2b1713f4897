import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from './certificate.ts'

/** What a script may do when a line has come: `CONNECT` stands for a new connection, `.` for the end of a content. */
export interface Talk {
  readonly isEncrypted: boolean
  /** Bytes as they are, line ends included. */
  say(bytes: string): void
  /** One byte at a time. */
  drip(bytes: string, everyMs: number): void
  encrypt(certificate: Certificate): void
  drop(): void
}
export type Script = (line: string, talk: Talk) => void

export interface Scripted extends AsyncDisposable {
  readonly port: number
  /** Every line of every connection, contents without their dots; the encrypted ones with `TLS ` before them. */
  readonly heard: string[]
}

/** A server that says nothing but what its script says. */
export async function openScripted(script: Script): Promise<Scripted> {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    converse(socket, script, heard)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function converse(plain: Socket, script: Script, heard: string[]): void {
  let socket = plain
  let isEncrypted = false
  let pending = ''
  let inContent = false
  const dripping = new Set<NodeJS.Timeout>()
  const talk: Talk = {
    get isEncrypted() {
      return isEncrypted
    },
    say(bytes) {
      inContent ||= bytes.startsWith('354')
      socket.write(Buffer.from(bytes, 'latin1'))
    },
    drip(bytes, everyMs) {
      let at = 0
      const timer = setInterval(() => {
        if (at < bytes.length && !socket.destroyed) socket.write(bytes[at++] ?? '')
        else clearInterval(timer)
      }, everyMs)
      dripping.add(timer)
    },
    encrypt(certificate) {
      plain.removeAllListeners('data')
      pending = ''
      isEncrypted = true
      socket = new TLSSocket(plain, { isServer: true, ...certificate })
      listen()
    },
    drop: () => plain.destroy(),
  }
  const take = (chunk: Buffer): void => {
    pending += chunk.toString('latin1')
    for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
      const line = pending.slice(0, end)
      pending = pending.slice(end + 2)
      heard.push(isEncrypted ? `TLS ${line}` : line)
      if (inContent && line !== '.') continue
      inContent = false
      script(line, talk)
    }
  }
  const listen = () => socket.on('data', take).on('error', () => {})
  plain.on('close', () => {
    for (const timer of dripping) clearInterval(timer)
  })
  plain.on('error', () => {})
  listen()
  script('CONNECT', talk)
}
