import type { LivePlatform } from '../src/api/live.ts'

/** Stands for the browser's connections and its clock: tests open, close and let time pass by hand. */
export class FakePlatform implements LivePlatform {
  readonly sockets: FakeSocket[] = []
  readonly streams: FakeStream[] = []
  readonly waits: number[] = []
  #due: (() => void) | undefined

  openSocket = (url: string) => {
    const socket = new FakeSocket(url)
    this.sockets.push(socket)
    return socket as unknown as WebSocket
  }

  openEvents = (url: string) => {
    const stream = new FakeStream(url)
    this.streams.push(stream)
    return stream as unknown as EventSource
  }

  after = (ms: number, run: () => void) => {
    this.waits.push(ms)
    this.#due = run
    return () => {
      this.#due = undefined
    }
  }

  random = () => 1

  /** Lets the time of the last wait come. */
  pass() {
    const run = this.#due
    this.#due = undefined
    run?.()
  }
}

export class FakeSocket {
  readonly url: string
  readonly sent: unknown[] = []
  readyState = 0
  onopen?: () => void
  onclose?: (event: { code: number }) => void
  onmessage?: (event: { data: string }) => void

  constructor(url: string) {
    this.url = url
  }

  send(text: string) {
    this.sent.push(JSON.parse(text))
  }

  close() {
    this.readyState = 3
  }

  open() {
    this.readyState = 1
    this.onopen?.()
  }

  break(code = 1006) {
    this.readyState = 3
    this.onclose?.({ code })
  }

  receive(topic: string, message: unknown) {
    this.onmessage?.({ data: JSON.stringify({ topic, message }) })
  }
}

export class FakeStream {
  readonly url: string
  closed = false
  onopen?: () => void
  onerror?: () => void
  onmessage?: (event: { data: string }) => void
  readonly #listeners = new Map<string, () => void>()

  constructor(url: string) {
    this.url = url
  }

  addEventListener(type: string, listener: () => void) {
    this.#listeners.set(type, listener)
  }

  say(type: string) {
    this.#listeners.get(type)?.()
  }

  close() {
    this.closed = true
  }
}
