import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server that takes what comes, except for a few addresses that bring out how the console tells of trouble. */
export interface MailServer extends AsyncDisposable {
  readonly port: number
}

const refusals: readonly (readonly [RegExp, number, string])[] = [
  [/^gone\./, 550, '5.1.1 There is no such mailbox'],
  [/@gmail\.com$/, 421, '4.7.28 Unusual rate of mail from your address, temporarily rate limited'],
]

/** `gone.…` does not exist, Gmail asks for less, and the line breaks after each message to `lost.…`. */
export async function openMailServer(): Promise<MailServer> {
  const sockets = new Map<number | undefined, Socket>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const refusal = refusals.find(([pattern]) => pattern.test(address))
      done(refusal && Object.assign(new Error(refusal[2]), { responseCode: refusal[1] }))
    },
    onData(stream, { envelope, remotePort }, done) {
      stream.resume().on('end', () => {
        if (envelope.rcptTo.some(({ address }) => address.startsWith('lost.'))) sockets.get(remotePort)?.destroy()
        else done()
      })
    },
  })
  server.server.on('connection', (socket: Socket) => sockets.set(socket.remotePort, socket))
  // A line that the test itself broke is no fault.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
}
