import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { DeliveryConfig } from '../config.ts'
import { createDoor, takesMailFor } from './admission.ts'
import { type ReceiveDeps, receiveMessages } from './receive.ts'

/** An SMTP server for bounces, complaints and replies: it takes mail for addresses of ours only and sends nothing on. */
export interface IntakeServer extends AsyncDisposable {
  readonly port: number
}

type IntakeDeps = ReceiveDeps & { readonly config: DeliveryConfig }

/** Mail that has come so many hops goes in a circle. */
const mostHops = 25
const idleMs = 60_000

/** Undefined when the intake is switched off. */
export async function openIntake(deps: IntakeDeps): Promise<IntakeServer | undefined> {
  const { intakePort, intakeHost } = deps.config
  if (intakePort === undefined) return undefined
  const server = new SMTPServer(optionsOf(deps))
  server.server.on('connection', (socket: Socket) => socket.setNoDelay(true))
  server.on('error', (error) => deps.log.debug({ err: error }, 'a connection to the intake failed'))
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(intakePort, intakeHost, resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)) }
}

function optionsOf(deps: IntakeDeps): SMTPServerOptions {
  const { config, counts } = deps
  const reportAddresses = new Set(config.intakeReportAddresses)
  const door = createDoor(config.intakeConnectionsPerMinute)
  return {
    ...tlsOf(config),
    name: config.intakeName,
    banner: 'Fanfare',
    authOptional: true,
    disableReverseLookup: true,
    size: config.intakeMaxBytes,
    maxClients: config.intakeConnections,
    socketTimeout: idleMs,
    closeTimeout: 1_000,
    onConnect: ({ remoteAddress }, callback) => {
      if (door.admits(remoteAddress)) return callback()
      counts.add('refused')
      callback(refusal(421, '4.7.0 Too many connections from your address; try again in a minute'))
    },
    onRcptTo: ({ address }, session, callback) => {
      if (session.envelope.rcptTo.length >= config.intakeMaxRecipients) {
        return callback(refusal(452, '4.5.3 Too many recipients; send the rest in another message'))
      }
      if (takesMailFor(deps.keys, reportAddresses, address)) return callback()
      counts.add('refused')
      callback(refusal(550, '5.1.1 No such address: only bounces and reports of our own messages are taken here'))
    },
    onData: (stream, session, callback) => {
      take(deps, stream, session).then(
        () => callback(null, '2.0.0 Taken'),
        (error) => callback(error instanceof Refusal ? error : later(deps, error)),
      )
    },
  }
}

function tlsOf({ intakeTlsCertFile, intakeTlsKeyFile }: DeliveryConfig): SMTPServerOptions {
  if (intakeTlsCertFile === undefined || intakeTlsKeyFile === undefined) {
    return { disabledCommands: ['AUTH', 'STARTTLS'] }
  }
  return {
    disabledCommands: ['AUTH'],
    cert: readFileSync(intakeTlsCertFile),
    key: readFileSync(intakeTlsKeyFile),
  }
}

/** Resolves when what the message says is in the database: only then the other side may forget it. */
async function take(
  deps: IntakeDeps,
  stream: Readable & { readonly sizeExceeded?: boolean },
  { envelope }: SMTPServerSession,
): Promise<void> {
  const source = await readAll(stream, deps.config.intakeMaxBytes)
  if (source === undefined || stream.sizeExceeded) {
    deps.counts.add('broken')
    throw refusal(552, `5.3.4 The message is larger than ${deps.config.intakeMaxBytes} bytes`)
  }
  if (hopsOf(source) > mostHops) {
    deps.counts.add('broken')
    throw refusal(554, '5.4.6 The message has come through too many servers')
  }
  const recipients = envelope.rcptTo.map(({ address }) => address)
  const [understood] = await receiveMessages(deps, [{ source, recipients }])
  if (understood?.outcome === 'feedback') return
  const { kind, from, subject } = understood?.message ?? {}
  deps.log.info({ outcome: understood?.outcome, kind, from, subject }, 'a message to the intake tells of no delivery')
}

/** Undefined when there is more of it than is taken; the rest is read all the same, since the other side goes on sending. */
async function readAll(stream: Readable, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  return bytes > mostBytes ? undefined : Buffer.concat(chunks)
}

function hopsOf(source: Buffer): number {
  const head =
    source
      .subarray(0, 256 * 1024)
      .toString('latin1')
      .split(/\r?\n\r?\n/, 1)[0] ?? ''
  return head.match(/^received:/gim)?.length ?? 0
}

class Refusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

function refusal(responseCode: number, text: string): Refusal {
  return new Refusal(responseCode, text)
}

function later({ log }: IntakeDeps, error: unknown): Refusal {
  log.warn({ err: error }, 'the intake could not record a message; its server will try again')
  return refusal(451, '4.3.0 The message could not be recorded just now')
}
