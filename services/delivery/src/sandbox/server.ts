import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Clock, Ids, Logger } from '@fanfare/kernel'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { SandboxInbox } from './inbox.ts'
import { subjectOf } from './message.ts'
import { answerFor } from './rules.ts'

const host = '127.0.0.1'
const largestMessage = 30 * 1024 * 1024
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A real SMTP server on a free port of this machine that keeps what it gets and sends nothing on. */
export interface SandboxServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** New with each process; the user name is the workspace's id. */
  readonly password: string
}

export async function openSandboxServer(deps: {
  inbox: SandboxInbox
  ids: Ids
  clock: Clock
  log: Logger
}): Promise<SandboxServer> {
  const password = randomBytes(24).toString('base64url')
  const server = new SMTPServer({
    banner: 'Fanfare sandbox: nothing leaves this machine',
    name: 'sandbox',
    authMethods: ['PLAIN', 'LOGIN'],
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: largestMessage,
    closeTimeout: 500,
    onAuth: ({ username, password: given }, _session, callback) => {
      if (!username || !uuid.test(username) || !isSame(given ?? '', password))
        return callback(refusal(535, '5.7.8 Wrong workspace or password'))
      callback(null, { user: username })
    },
    onRcptTo: ({ address }, _session, callback) => {
      const answer = answerFor(address)
      callback(answer === undefined ? null : refusal(answer.code, answer.text))
    },
    onData: (stream, session, callback) => {
      receive(deps, stream, session).then(
        () => callback(null, '2.0.0 Kept in the sandbox'),
        (error) => {
          deps.log.warn({ err: error }, 'the sandbox could not keep a message')
          callback(refusal(451, '4.3.0 The message could not be kept'))
        },
      )
    },
  })
  // A reply in two pieces would wait for the client's delayed acknowledgement, 40 ms a message.
  server.server.on('connection', (socket: Socket) => socket.setNoDelay(true))
  // A client that goes away mid-sentence is no event for the operator.
  server.on('error', (error) => deps.log.debug({ err: error }, 'a sandbox connection failed'))
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(0, host, resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    host,
    port,
    password,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function receive(
  { inbox, ids, clock }: { inbox: SandboxInbox; ids: Ids; clock: Clock },
  stream: Readable,
  session: SMTPServerSession,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  const source = Buffer.concat(chunks)
  const { mailFrom, rcptTo } = session.envelope
  await inbox.receive(String(session.user), {
    id: ids.next(),
    sender: mailFrom === false ? '' : mailFrom.address,
    recipients: rcptTo.map(({ address }) => address),
    subject: await subjectOf(source),
    source,
    receivedAt: clock.now(),
  })
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
