import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const retryDelayMs = 1_000

type Hear = (payload: string) => void

/** A connection of its own that listens; opened at the first channel and rebuilt when it breaks. */
export class Listener {
  readonly #config: pg.ClientConfig
  readonly #onBroken: (error: Error) => void
  readonly #channels = new Map<string, Set<Hear>>()
  #client: Promise<pg.Client> | undefined
  #closed = false

  constructor(config: pg.ClientConfig, onBroken: (error: Error) => void) {
    this.#config = config
    this.#onBroken = onBroken
  }

  async listen(channel: string, hear: Hear): Promise<() => Promise<void>> {
    const hearers = this.#channels.get(channel) ?? new Set()
    hearers.add(hear)
    this.#channels.set(channel, hearers)
    this.#client ??= this.#connect()
    await (await this.#client).query(`listen ${pg.escapeIdentifier(channel)}`)
    return async () => {
      hearers.delete(hear)
      if (hearers.size > 0 || this.#closed) return
      this.#channels.delete(channel)
      const client = await this.#client?.catch(() => undefined)
      await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const client = await this.#client?.catch(() => undefined)
    await client?.end()
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config)
    client.on('notification', ({ channel, payload }) => {
      for (const hear of this.#channels.get(channel) ?? []) hear(payload ?? '')
    })
    client.on('error', (error) => {
      this.#onBroken(error)
      void client.end().catch(() => {})
    })
    await client.connect()
    client.on('end', () => {
      if (this.#closed) return
      this.#client = this.#reconnect()
      this.#client.catch(() => {})
    })
    return client
  }

  async #reconnect(): Promise<pg.Client> {
    while (!this.#closed) {
      await sleep(retryDelayMs, undefined, { ref: false })
      try {
        const client = await this.#connect()
        for (const channel of this.#channels.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
        return client
      } catch (error) {
        this.#onBroken(error as Error)
      }
    }
    throw new Error('The listener is closed')
  }
}
