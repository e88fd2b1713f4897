import type { Ending, Stage } from '../engine/outcomes.ts'
import { oneLine } from '../message/plain-text.ts'
import { authenticate } from './auth.ts'
import type { Reply } from './replies.ts'
import { isAscii, openWire, type Wire, type WireTimeouts } from './wire.ts'

/** Where and how to connect. */
export interface SmtpTarget {
  /** What the certificate must be for. */
  readonly host: string
  /** Where to connect to: the host, or the address of it that was checked. */
  readonly address: string
  readonly port: number
  /** `opportunistic`: encrypted when the server can, whatever its certificate, as servers do among each other (RFC 7435). */
  readonly tls: 'required' | 'implicit' | 'opportunistic' | 'none'
  readonly username: string
  readonly password: string
  /** What we call ourselves in EHLO. */
  readonly name: string
}
export interface SessionTimeouts extends WireTimeouts {
  /** Until greeting, TLS and signing in are done. */
  readonly connectTimeoutMs: number
}

/** Who a message is from and for, as the wire is told: wire addresses. */
export interface Envelope {
  /** Empty for a notice that must not bounce. */
  readonly from: string
  readonly to: string
  /** Octets of the message. */
  readonly size: number
}

/** The connection could not be made ready: wrong address, no TLS, wrong password, a server that refuses everybody. */
export class ConnectionTrouble extends Error {
  override readonly name = 'ConnectionTrouble'
}

/** What became of the message whose transfer also offered the next one. */
export interface Transfer {
  readonly ending: Promise<Ending>
  /** Of the next one: undefined once the server asks for its content. Undefined altogether when none was offered along. */
  readonly offered: Promise<Ending | undefined> | undefined
}

/**
 * One connection to a server, greeted, encrypted and signed in. Messages go one after the other; where the server takes
 * commands in groups (RFC 2920), the next envelope travels right behind a content, so that a message costs one round trip.
 */
export class SmtpSession implements AsyncDisposable {
  readonly #host: string
  readonly #wire: Wire
  #extensions = new Map<string, string>()
  /** A refused recipient leaves a transaction open; without a reset the next one would be refused with it (RFC 5321 §4.1.1.5). */
  #mustReset = false

  private constructor(host: string, wire: Wire) {
    this.#host = host
    this.#wire = wire
  }

  /** Throws `ConnectionTrouble`. */
  static async open(target: SmtpTarget, timeouts: SessionTimeouts): Promise<SmtpSession> {
    const wire = openWire({ ...target, tls: target.tls === 'implicit' }, timeouts)
    const session = new SmtpSession(target.host, wire)
    const { connectTimeoutMs } = timeouts
    const late = () => wire.fail(new Error(`Not ready within ${connectTimeoutMs} ms`))
    const timer = setTimeout(late, connectTimeoutMs)
    try {
      await session.#prepare(target)
      return session
    } catch (error) {
      wire.fail(error as Error)
      const text = oneLine(error instanceof Error ? error.message : String(error)).slice(0, 500)
      throw new ConnectionTrouble(`${target.host}:${target.port}: ${text}`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  get isOpen(): boolean {
    return this.#wire.failure === undefined
  }

  get isEncrypted(): boolean {
    return this.#wire.isEncrypted
  }

  /** Whether the next envelope can travel with a content. */
  get takesGroups(): boolean {
    return this.#extensions.has('PIPELINING')
  }

  /** Names a message's sender and recipient. Resolves to undefined once the server asks for the content; never rejects. */
  offer(envelope: Envelope): Promise<Ending | undefined> {
    const refusal = this.#refusalOf(envelope)
    if (refusal !== undefined) return Promise.resolve({ kind: 'refused', text: refusal })
    if (!this.takesGroups) return this.#offerInSteps(envelope)
    this.#wire.write(this.#groupOf(envelope))
    return this.#answerToOffer()
  }

  /**
   * Sends the content of the message that was offered last, with the envelope of the next when one is given. An envelope
   * that this server cannot take is left for a later `offer`.
   */
  transfer(content: Buffer, next?: Envelope): Transfer {
    const { failure } = this.#wire
    // Nothing of the message has left.
    if (failure !== undefined) {
      return { ending: Promise.resolve({ kind: 'lost', stage: 'data', text: failure.message }), offered: undefined }
    }
    const group = next !== undefined && this.takesGroups && this.#refusalOf(next) === undefined ? next : undefined
    const body = doubleDots(content)
    const end = body.subarray(-2).equals(lineEnd) ? '.\r\n' : '\r\n.\r\n'
    this.#wire.writeContent(body, group === undefined ? end : end + this.#groupOf(group))
    const ending = this.#wire.next().then(
      (reply) => this.#endingOf(reply, 'content'),
      (error: Error): Ending => ({ kind: 'lost', stage: 'content', text: oneLine(error.message) }),
    )
    return { ending, offered: group === undefined ? undefined : this.#answerToOffer() }
  }

  /** Hands over one message and waits for the answer; never rejects. */
  async send(envelope: Envelope, content: Buffer): Promise<Ending> {
    return (await this.offer(envelope)) ?? (await this.transfer(content).ending)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.leave('QUIT\r\n')
  }

  async #prepare(target: SmtpTarget): Promise<void> {
    const greeting = await this.#wire.next()
    if (greeting.code !== 220) throw new Error(greeting.text)
    await this.#greet(target.name)
    if (target.tls === 'required' || target.tls === 'opportunistic') await this.#encrypt(target)
    if (target.username === '') return
    const offered = (this.#extensions.get('AUTH') ?? '').toUpperCase().split(/\s+/).filter(Boolean)
    const { code, text } = await authenticate((line) => this.#wire.exchange(line), offered, target)
    if (code !== 235) throw new Error(text)
  }

  async #greet(name: string): Promise<void> {
    const reply = await this.#wire.exchange(`EHLO ${name}`)
    if (reply.code === 250) this.#extensions = extensionsOf(reply)
    else {
      const simple = await this.#wire.exchange(`HELO ${name}`)
      if (simple.code !== 250) throw new Error(simple.text)
    }
  }

  async #encrypt({ host, name, tls }: SmtpTarget): Promise<void> {
    if (!this.#extensions.has('STARTTLS')) {
      if (tls === 'opportunistic') return
      // Somebody in between may have taken the offer out; a password or a message must not go on in clear.
      throw new Error('The server offers no STARTTLS; choose implicit TLS or ask its operator')
    }
    const reply = await this.#wire.exchange('STARTTLS')
    if (reply.code !== 220) throw new Error(reply.text)
    await this.#wire.encrypt(host, tls === 'required')
    await this.#greet(name)
  }

  async #offerInSteps(envelope: Envelope): Promise<Ending | undefined> {
    const stages = ['mail', 'rcpt', 'data'] as const
    let stage: Stage = 'mail'
    try {
      if (this.#mustReset) await this.#wire.exchange('RSET')
      this.#mustReset = false
      for (const [index, line] of this.#commandsOf(envelope).entries()) {
        stage = stages[index] as Stage
        const reply = await this.#wire.exchange(line)
        const agreed = stage === 'data' ? reply.code === 354 : reply.code < 300
        if (agreed) continue
        this.#mustReset = stage !== 'mail'
        return this.#endingOf(reply, stage)
      }
      return undefined
    } catch (error) {
      return { kind: 'lost', stage, text: oneLine((error as Error).message) }
    }
  }

  /** The answers to a group of MAIL, RCPT and DATA; all are read, whatever the first says. */
  async #answerToOffer(): Promise<Ending | undefined> {
    const [mailed, named, asked] = [this.#wire.next(), this.#wire.next(), this.#wire.next()]
    // One loss rejects them all; the first that is waited for tells of it.
    for (const reply of [named, asked]) reply.catch(() => {})
    let stage: Stage = 'mail'
    let ending: Ending | undefined
    try {
      const mail = await mailed
      if (mail.code >= 300) ending = this.#endingOf(mail, stage)
      stage = 'rcpt'
      const rcpt = await named
      if (rcpt.code >= 300) ending ??= this.#endingOf(rcpt, stage)
      stage = 'data'
      const data = await asked
      if (data.code !== 354) ending ??= this.#endingOf(data, stage)
      this.#mustReset = ending !== undefined && mail.code < 300
      // It asks for the content of a message that nobody is to get: an empty one makes it say no (RFC 2920 §3.1).
      if (ending !== undefined && data.code === 354) await this.#wire.exchange('.')
      return ending
    } catch (error) {
      return ending ?? { kind: 'lost', stage, text: oneLine((error as Error).message) }
    }
  }

  #endingOf({ code, text }: Reply, stage: Stage): Ending {
    // The server is about to close; what is asked after this would only be lost.
    if (code === 421) this.#wire.fail(new Error(text))
    return { kind: 'reply', stage, code, text: oneLine(text).slice(0, 500) }
  }

  #refusalOf({ to, from, size }: Envelope): string | undefined {
    if (/[\s<>]/.test(to + from)) return `553 5.1.3 An address cannot be written in an envelope: ${oneLine(to)}`
    if (!isAscii(to + from) && !this.#extensions.has('SMTPUTF8')) {
      return `553 5.6.7 ${this.#host} takes no addresses with other than ASCII letters (it offers no SMTPUTF8)`
    }
    const limit = Number(this.#extensions.get('SIZE') || 0)
    if (limit > 0 && size > limit) {
      return `552 5.3.4 The message has ${size} octets; ${this.#host} takes at most ${limit}`
    }
    return undefined
  }

  #commandsOf({ from, to, size }: Envelope): [string, string, string] {
    const utf8 = isAscii(to + from) ? '' : ' SMTPUTF8'
    const announced = this.#extensions.has('SIZE') ? ` SIZE=${size}` : ''
    return [`MAIL FROM:<${from}>${announced}${utf8}`, `RCPT TO:<${to}>`, 'DATA']
  }

  #groupOf(envelope: Envelope): string {
    const lines = this.#commandsOf(envelope)
    if (!this.#mustReset) return `${lines.join('\r\n')}\r\n`
    this.#mustReset = false
    this.#wire.next().catch(() => {})
    return `RSET\r\n${lines.join('\r\n')}\r\n`
  }
}

const lineEnd = Buffer.from('\r\n')
const [dot, lineFeed] = [46, 10]

/** A dot at the beginning of a line is doubled, so that no content ends before its end (RFC 5321 §4.5.2). */
function doubleDots(content: Buffer): Buffer {
  if (content[0] !== dot && !content.includes('\n.')) return content
  const doubled: number[] = []
  let before = lineFeed
  for (const octet of content) {
    if (octet === dot && before === lineFeed) doubled.push(dot)
    doubled.push(octet)
    before = octet
  }
  return Buffer.from(doubled)
}

/** The keywords of an EHLO reply with what follows each (RFC 5321 §4.1.1.1). */
function extensionsOf({ lines }: Reply): Map<string, string> {
  return new Map(
    lines.slice(1).map((line) => {
      // Some servers write `AUTH=PLAIN`, as a draft once had it.
      const [, keyword = '', values = ''] = /^([A-Za-z0-9-]+)[ =]?(.*)$/.exec(line) ?? []
      return [keyword.toUpperCase(), values.trim()]
    }),
  )
}
