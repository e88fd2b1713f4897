export type LiveMessage = { readonly type: string; readonly [field: string]: unknown }
export type LiveState = 'connecting' | 'live' | 'polling' | 'off'
type Listener = (message: LiveMessage) => void

/** What the client needs of the browser; tests hand in their own. */
export interface LivePlatform {
  openSocket(url: string): WebSocket
  openEvents(url: string): EventSource
  after(ms: number, run: () => void): () => void
  random(): number
}

const browser: LivePlatform = {
  openSocket: (url) => new WebSocket(url),
  openEvents: (url) => new EventSource(url),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}

const pollMs = 5_000
const socketTries = 3
/** The close code of a line whose session has ended or changed. */
const credentialEnded = 4401

/** How long to wait before the next try: doubling to 15 s, spread so that many pages do not come back at once. */
export function reconnectDelayMs(tries: number, random: number): number {
  return Math.min(15_000, 500 * 2 ** tries) * (0.5 + random / 2)
}

/**
 * One connection of the page to the workspace's live topics. WebSocket first; when it cannot be opened a few times in a
 * row, Server-Sent Events; when those fail too, every watcher is told `{ type: 'poll' }` now and then to read again.
 * After a reconnect each watcher gets `{ type: 'poll' }` once, for what it missed.
 */
export class LiveClient {
  #workspace: string | undefined
  #socket: WebSocket | undefined
  #events: EventSource | undefined
  #cancelTimer: (() => void) | undefined
  #failures = 0
  #missed = false
  #state: LiveState = 'off'
  readonly #platform: LivePlatform
  readonly #watchers = new Map<string, Set<Listener>>()
  readonly #stateListeners = new Set<() => void>()
  readonly #endListeners = new Set<() => void>()

  constructor(platform: LivePlatform = browser) {
    this.#platform = platform
  }

  get state(): LiveState {
    return this.#state
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Hears that the server closed the line because the session behind it has ended or changed. */
  onEnded(listener: () => void): () => void {
    this.#endListeners.add(listener)
    return () => this.#endListeners.delete(listener)
  }

  /** Watches a topic until the returned function is called. The connection opens with the first watcher. */
  watch(workspace: string, topic: string, listener: Listener): () => void {
    if (workspace !== this.#workspace) this.#close()
    this.#workspace = workspace
    const listeners = this.#watchers.get(topic) ?? new Set()
    const isNew = listeners.size === 0
    this.#watchers.set(topic, listeners.add(listener))
    if (this.#state === 'off') this.#connect()
    else if (isNew) this.#say({ watch: [topic] })
    return () => this.#unwatch(topic, listener)
  }

  #unwatch(topic: string, listener: Listener): void {
    const listeners = this.#watchers.get(topic)
    listeners?.delete(listener)
    if (listeners?.size !== 0) return
    this.#watchers.delete(topic)
    if (this.#watchers.size === 0) this.#close()
    else this.#say({ unwatch: [topic] })
  }

  #connect(): void {
    this.#setState(this.#state === 'polling' ? 'polling' : 'connecting')
    if (this.#failures >= socketTries && this.#failures % 2 === 1) this.#connectEvents()
    else this.#connectSocket()
  }

  #connectSocket(): void {
    const url = new URL(`/v1/live?workspace=${this.#workspace}`, location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = this.#platform.openSocket(url.href)
    this.#socket = socket
    socket.onopen = () => {
      this.#opened()
      this.#say({ watch: [...this.#watchers.keys()] })
    }
    socket.onmessage = ({ data }) => this.#receive(String(data))
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return
      this.#lost()
      if (code === credentialEnded) this.#tellEnded()
    }
  }

  #connectEvents(): void {
    const topics = encodeURIComponent([...this.#watchers.keys()].join(','))
    const events = this.#platform.openEvents(`/v1/live/events?workspace=${this.#workspace}&topics=${topics}`)
    this.#events = events
    events.onopen = () => this.#opened()
    events.onmessage = ({ data }) => this.#receive(String(data))
    events.addEventListener('ended', () => {
      if (this.#events === events) this.#tellEnded()
    })
    events.onerror = () => {
      if (this.#events === events) this.#lost()
    }
  }

  /** A socket is told what changed; an event stream names its topics once, so it is opened anew. */
  #say(words: { watch: readonly string[] } | { unwatch: readonly string[] }): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(words))
    else if (this.#events) {
      this.#drop()
      this.#connectEvents()
    }
  }

  #opened(): void {
    this.#failures = 0
    this.#setState('live')
    if (this.#missed) this.#tellAll({ type: 'poll' })
    this.#missed = false
  }

  #lost(): void {
    this.#drop()
    this.#missed = true
    this.#failures += 1
    const polling = this.#failures > socketTries
    this.#setState(polling ? 'polling' : 'connecting')
    if (polling) this.#tellAll({ type: 'poll' })
    const delay = reconnectDelayMs(this.#failures, this.#platform.random())
    this.#cancelTimer = this.#platform.after(polling ? Math.max(pollMs, delay) : delay, () => this.#connect())
  }

  #receive(text: string): void {
    const parsed = JSON.parse(text) as { topic?: string; message?: LiveMessage }
    if (parsed.topic === undefined || parsed.message === undefined) return
    for (const listener of this.#watchers.get(parsed.topic) ?? []) listener(parsed.message)
  }

  #tellAll(message: LiveMessage): void {
    for (const listeners of this.#watchers.values()) for (const listener of listeners) listener(message)
  }

  #tellEnded(): void {
    for (const listener of this.#endListeners) listener()
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#events?.close()
    this.#events = undefined
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #close(): void {
    this.#drop()
    this.#failures = 0
    this.#missed = false
    this.#setState('off')
  }

  #setState(state: LiveState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
