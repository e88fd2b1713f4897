import { setTimeout as sleep } from 'node:timers/promises'
import { type Lane, lanes } from '../contract.ts'
import { type Envelope, SmtpSession, type SmtpTarget } from '../smtp/session.ts'
import type { Letter, WayOutTrouble } from '../transport/letter.ts'
import type { Recipient } from './admission.ts'
import type { Ending } from './outcomes.ts'
import type { RateLimit } from './rate.ts'

/** A message ready for the wire. */
export interface Packed {
  readonly envelope: Envelope
  readonly content: Buffer
}

/** Recipients of one batch, and what the way out asks and tells of them. */
export interface Load {
  readonly lane: Lane
  readonly recipients: readonly Recipient[]
  /** Asked before each message. */
  mayGoOn(): boolean
  /** Makes a recipient's message, or says why that cannot be. */
  pack(recipient: Recipient): Packed | Ending
  /** The same for a provider that composes itself. */
  letter(recipient: Recipient): Letter | Ending
  /** Right before the first byte of the content. */
  begin(recipient: Recipient): void
  /** It was begun and certainly not taken: as if it had not been. */
  giveBack(recipient: Recipient): void
  end(recipient: Recipient, ending: Ending): void
}
export interface Carried {
  /** Never begun, or given back. */
  readonly unsent: readonly Recipient[]
  /** Why the way out cannot be used now. */
  readonly trouble: WayOutTrouble | undefined
}

/** A sender's way out, which all its batches in hand share. */
export interface WayOut extends AsyncDisposable {
  /** Resolves once each of the recipients has ended or will not begin; never rejects. */
  carry(load: Load): Promise<Carried>
}

export interface WayOptions {
  readonly connections: number
  readonly messagesPerConnection: number
  readonly idleMs: number
  readonly connectTimeoutMs: number
  readonly replyTimeoutMs: number
  readonly messageTimeoutMs: number
}

/** A load on its way. */
interface Cargo {
  readonly load: Load
  next: number
  readonly returned: Recipient[]
  inFlight: number
  resolve(carried: Carried): void
}
interface Parcel extends Packed {
  readonly cargo: Cargo
  readonly recipient: Recipient
  /** Its envelope travelled with another's content. */
  offeredAlong: boolean
}

const longestNapMs = 200
/** After a server has refused one more connection. */
const fewerForMs = 30_000

/**
 * A sender's way out: persistent connections that all batches in hand share. Messages of a more urgent lane go first, and
 * batches of the same lane take turns. A connection is opened when there is something to send and closed when idle.
 */
export class Way implements WayOut {
  readonly #target: SmtpTarget
  readonly #options: WayOptions
  readonly #rate: RateLimit | undefined
  readonly #cargo: Record<Lane, Cargo[]> = { transactional: [], journey: [], campaign: [] }
  /** Idle connections that wait for the next message. */
  readonly #waiting = new Set<() => void>()
  readonly #running = new Set<Promise<void>>()
  #opening = 0
  #open = 0
  #limit: number
  #limitUntilMs = 0
  #closed = false

  constructor(target: SmtpTarget, options: WayOptions, rate: RateLimit | undefined) {
    this.#target = target
    this.#options = options
    this.#rate = rate
    this.#limit = options.connections
  }

  get connections(): number {
    return this.#open
  }

  carry(load: Load): Promise<Carried> {
    return new Promise((resolve) => {
      if (load.recipients.length === 0) return resolve({ unsent: [], trouble: undefined })
      this.#cargo[load.lane].push({ load, next: 0, returned: [], inFlight: 0, resolve })
      this.#wake()
      this.#openMore()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#wake()
    await Promise.all(this.#running)
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  /** As many connections as there are messages, up to the limit. */
  #openMore(): void {
    if (performance.now() > this.#limitUntilMs) this.#limit = this.#options.connections
    const wanted = Math.min(this.#limit, this.#countWaiting())
    while (this.#open + this.#opening < wanted) this.#start()
  }

  #countWaiting(): number {
    let count = 0
    for (const lane of lanes) {
      for (const { load, next, returned } of this.#cargo[lane]) count += load.recipients.length - next + returned.length
    }
    return count
  }

  #start(): void {
    this.#opening++
    const running = this.#run().finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #run(): Promise<void> {
    let session: SmtpSession
    try {
      session = await SmtpSession.open(this.#target, this.#options)
    } catch (error) {
      this.#opening--
      return this.#failed(error instanceof Error ? error.message : String(error))
    }
    this.#opening--
    this.#open++
    try {
      await this.#serve(session)
    } finally {
      await session[Symbol.asyncDispose]()
      this.#open--
    }
    if (!this.#closed) this.#openMore()
  }

  /** One that got no connection leaves its share to the others; many servers limit how many there may be. */
  #failed(text: string): void {
    const others = this.#open + this.#opening
    this.#limit = Math.max(1, others)
    this.#limitUntilMs = performance.now() + fewerForMs
    if (others > 0) return
    this.#limitUntilMs = 0
    const trouble: WayOutTrouble = { kind: 'unreachable', text, retryAfterMs: undefined }
    for (const lane of lanes) {
      for (const cargo of [...this.#cargo[lane]]) this.#finish(cargo, trouble)
    }
  }

  async #serve(session: SmtpSession): Promise<void> {
    let left = this.#options.messagesPerConnection
    let parcel = await this.#next()
    let offered = parcel && session.offer(parcel.envelope)
    while (parcel) {
      const refusal = await offered
      if (refusal?.kind === 'lost' && parcel.offeredAlong) {
        this.#putBack(parcel)
        return
      }
      let following: Parcel | undefined
      if (refusal) this.#end(parcel, refusal)
      else {
        parcel.cargo.load.begin(parcel.recipient)
        following = session.takesGroups && left > 1 ? this.#takeNow() : undefined
        const transfer = session.transfer(parcel.content, following?.envelope)
        this.#end(parcel, await transfer.ending)
        offered = transfer.offered
        if (following) following.offeredAlong = offered !== undefined
        left--
      }
      if (!session.isOpen || left === 0) {
        if (following) this.#putBack(following)
        return
      }
      parcel = following ?? (await this.#next())
      if (parcel && !parcel.offeredAlong) offered = session.offer(parcel.envelope)
    }
  }

  /** The next message, waited for as long as a connection may be idle; undefined when it should close. */
  async #next(): Promise<Parcel | undefined> {
    const until = performance.now() + this.#options.idleMs
    for (;;) {
      const waitMs = this.#rate !== undefined && this.#hasWork() ? this.#rate.take(performance.now()) : 0
      if (waitMs === 0) {
        const parcel = this.#take()
        if (parcel) return parcel
      }
      const leftMs = until - performance.now()
      if (this.#closed && waitMs === 0) return undefined
      if (waitMs > 0) await sleep(Math.min(waitMs, longestNapMs))
      else if (leftMs <= 0) return undefined
      else await this.#nap(leftMs)
    }
  }

  #takeNow(): Parcel | undefined {
    if (!this.#hasWork()) return undefined
    if (this.#rate !== undefined && this.#rate.take(performance.now()) > 0) return undefined
    return this.#take(true)
  }

  /** Also lets go of what must stop, so that nobody waits for the rate of messages that will not leave. */
  #hasWork(): boolean {
    for (const lane of lanes) {
      for (const cargo of [...this.#cargo[lane]]) {
        if (!cargo.load.mayGoOn()) this.#finish(cargo, undefined)
        else if (cargo.next < cargo.load.recipients.length || cargo.returned.length > 0) return true
      }
    }
    return false
  }

  /** @param along to travel with a content: not for one that was lost so before, which may be what the server stumbles over */
  #take(along = false): Parcel | undefined {
    for (const lane of lanes) {
      const queue = this.#cargo[lane]
      for (let turns = queue.length; turns > 0; turns--) {
        const cargo = queue.shift()
        if (cargo === undefined) break
        queue.push(cargo)
        const parcel = this.#packNext(cargo, along)
        if (parcel) return parcel
      }
    }
    return undefined
  }

  #packNext(cargo: Cargo, along: boolean): Parcel | undefined {
    const { load } = cargo
    if (along && cargo.returned.length > 0) return undefined
    for (;;) {
      if (!load.mayGoOn()) {
        this.#finish(cargo, undefined)
        return undefined
      }
      const recipient = cargo.returned.pop() ?? load.recipients[cargo.next++]
      if (recipient === undefined) {
        cargo.next = load.recipients.length
        return undefined
      }
      cargo.inFlight++
      const packed = load.pack(recipient)
      if (!('kind' in packed)) return { ...packed, cargo, recipient, offeredAlong: false }
      this.#ended(cargo, recipient, packed)
    }
  }

  #putBack({ cargo, recipient }: Parcel): void {
    cargo.inFlight--
    cargo.returned.push(recipient)
    this.#settleIfDone(cargo)
  }

  #end({ cargo, recipient }: Parcel, ending: Ending): void {
    this.#ended(cargo, recipient, ending)
  }

  #ended(cargo: Cargo, recipient: Recipient, ending: Ending): void {
    cargo.load.end(recipient, ending)
    cargo.inFlight--
    this.#settleIfDone(cargo)
  }

  #settleIfDone(cargo: Cargo): void {
    if (cargo.inFlight > 0) return
    const isGone = !this.#cargo[cargo.load.lane].includes(cargo)
    if (isGone || (cargo.next >= cargo.load.recipients.length && cargo.returned.length === 0)) {
      this.#finish(cargo, undefined)
    }
  }

  /** No more of it is begun; it is told once what is on the wire has ended. */
  #finish(cargo: Cargo, trouble: WayOutTrouble | undefined): void {
    const queue = this.#cargo[cargo.load.lane]
    const at = queue.indexOf(cargo)
    if (at >= 0) queue.splice(at, 1)
    if (cargo.inFlight > 0) return
    const { recipients } = cargo.load
    cargo.resolve({ unsent: [...cargo.returned, ...recipients.slice(cargo.next)], trouble })
  }

  #nap(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, forMs)
      this.#waiting.add(done)
    })
  }
}
