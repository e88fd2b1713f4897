import { isIP } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { oneLine } from '../message/plain-text.ts'
import type { Ending, Stage } from './outcomes.ts'

/** Where and how to connect. */
export interface SmtpTarget {
  /** What the certificate must be for. */
  readonly host: string
  /** Where to connect to: the host, or the address of it that was checked. */
  readonly address: string
  readonly port: number
  readonly tls: 'required' | 'implicit' | 'none'
  readonly username: string
  readonly password: string
  /** What we call ourselves in EHLO. */
  readonly name: string
}
export interface SessionTimeouts {
  readonly connectTimeoutMs: number
  readonly replyTimeoutMs: number
  readonly messageTimeoutMs: number
}

/** What nodemailer's errors carry. */
interface SmtpError extends Error {
  code?: string
  command?: string
  response?: string
  responseCode?: number
}

/** The connection could not be made ready: wrong address, no TLS, wrong password, a server that refuses everybody. */
export class ConnectionTrouble extends Error {
  override readonly name = 'ConnectionTrouble'
}

/** One connection to a server, greeted, encrypted and signed in. Sends one message at a time. */
export class SmtpSession implements AsyncDisposable {
  readonly #connection: SMTPConnection
  readonly #messageTimeoutMs: number
  #open = true
  #failCurrent: ((error: Error) => void) | undefined

  private constructor(connection: SMTPConnection, messageTimeoutMs: number) {
    this.#connection = connection
    this.#messageTimeoutMs = messageTimeoutMs
    const close = (error: Error) => {
      this.#open = false
      this.#failCurrent?.(error)
    }
    connection.on('error', close)
    connection.once('end', () => close(new Error('The server closed the connection')))
  }

  /** Throws `ConnectionTrouble`. */
  static async open(target: SmtpTarget, timeouts: SessionTimeouts): Promise<SmtpSession> {
    const connection = new SMTPConnection({
      host: target.address,
      ...(isIP(target.host) ? {} : { servername: target.host }),
      port: target.port,
      name: target.name,
      secure: target.tls === 'implicit',
      requireTLS: target.tls === 'required',
      ignoreTLS: target.tls === 'none',
      connectionTimeout: timeouts.connectTimeoutMs,
      greetingTimeout: timeouts.connectTimeoutMs,
      dnsTimeout: timeouts.connectTimeoutMs,
      socketTimeout: timeouts.replyTimeoutMs,
    })
    try {
      await connect(connection)
      if (target.username !== '') await signIn(connection, target)
    } catch (error) {
      connection.close()
      throw new ConnectionTrouble(`${target.host}:${target.port}: ${textOf(error as SmtpError)}`, { cause: error })
    }
    return new SmtpSession(connection, timeouts.messageTimeoutMs)
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** Hands over one message and waits for the answer; never throws. */
  async send(from: string, to: string, message: Buffer): Promise<Ending> {
    let stage: Stage = 'mail'
    try {
      const reply = await this.#exchange((done) => {
        const content = {
          // Called once the server has asked for the content: from here on a loss leaves its fate open.
          pipe(wire: NodeJS.WritableStream) {
            stage = 'content'
            wire.end(message)
          },
        }
        this.#connection.send({ from, to: [to] }, content as unknown as Buffer, done)
      })
      return { kind: 'reply', stage: 'content', code: Number(reply.slice(0, 3)), text: oneLine(reply).slice(0, 500) }
    } catch (error) {
      return await this.#endingOf(error as SmtpError, stage)
    }
  }

  #exchange(run: (done: (error: Error | null, sent?: { response: string }) => void) => void): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#open = false
        this.#connection.close()
        reject(new Error(`No answer within ${this.#messageTimeoutMs} ms`))
      }, this.#messageTimeoutMs)
      const settle = () => {
        clearTimeout(timer)
        this.#failCurrent = undefined
      }
      this.#failCurrent = (error) => {
        settle()
        reject(error)
      }
      run((error, sent) => {
        settle()
        if (error) reject(error)
        else resolve(sent?.response ?? '')
      })
    })
  }

  async #endingOf(error: SmtpError, stage: Stage): Promise<Ending> {
    const text = textOf(error)
    if (error.responseCode === undefined) {
      // An address the client itself would not write: the connection has not been used.
      if (error.code === 'EENVELOPE') return { kind: 'refused', text }
      this.#close()
      return { kind: 'lost', stage, text }
    }
    if (error.responseCode === 421) this.#close()
    else await this.#reset()
    return { kind: 'reply', stage: stageOf(error, stage), code: error.responseCode, text }
  }

  /** A refused recipient leaves a transaction open; without this the next one would be refused with it (RFC 5321 §4.1.1.5). */
  async #reset(): Promise<void> {
    if (!this.#open) return
    await this.#exchange((done) => this.#connection.reset((error) => done(error ?? null, { response: '' }))).catch(() =>
      this.#close(),
    )
  }

  #close(): void {
    this.#open = false
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#open) this.#connection.quit()
    this.#close()
  }
}

function connect(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('The server closed the connection')))
    connection.connect((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

function signIn(connection: SMTPConnection, { username, password }: SmtpTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('The server closed the connection')))
    connection.login({ user: username, pass: password, credentials: { user: username, pass: password } }, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

function stageOf({ command }: SmtpError, reached: Stage): Stage {
  if (command === 'RCPT TO') return 'rcpt'
  if (command === 'DATA') return reached === 'content' ? 'content' : 'data'
  return reached
}

/** The server's own words where there are some. */
function textOf(error: SmtpError): string {
  return oneLine(error.response ?? error.message).slice(0, 500)
}
