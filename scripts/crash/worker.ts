import { createWriteStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, type FanfareClient } from '@fanfare/sdk'
import { type ServerProcessOptions, serverProcess } from '@fanfare/testkit'

/** The product in a process that is started again whenever it ends, as a supervisor does. */
export interface Worker extends AsyncDisposable {
  readonly name: string
  readonly isUp: boolean
  /** Times it ended without having been killed. */
  readonly falls: number
  /** The setup link, when its first start printed one. */
  readonly setupLink: string | undefined
  client(key: string): FanfareClient
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>
  /** Resolves when it answers. */
  up(): Promise<void>
}

const restartDelayMs = 300
const keptWords = 600

export interface WorkerPlan {
  readonly name: string
  readonly server: ServerProcessOptions
  readonly logFile: string
  /** Hears that it ended without having been killed, and its last words. */
  onFall(ending: string, lastWords: string): void
}

export async function openWorker({ name, server: options, logFile, onFall }: WorkerPlan): Promise<Worker> {
  const log = createWriteStream(logFile)
  let said = ''
  const server = serverProcess({
    ...options,
    onOutput(text) {
      log.write(text)
      said = (said + text).slice(-keptWords)
    },
  })
  let [over, killed, falls] = [false, false, 0]
  let isUp = false
  let up = Promise.withResolvers<void>()
  const { setupLink } = await server.start()

  async function keepUp(): Promise<void> {
    for (;;) {
      isUp = true
      up.resolve()
      const { code, signal } = await server.ended()
      isUp = false
      up = Promise.withResolvers()
      if (over) return
      if (!killed) {
        falls += 1
        onFall(String(signal ?? code), said.trim())
      }
      killed = false
      while (!over && !(await startAgain())) await sleep(restartDelayMs)
      if (over) return
    }
  }
  async function startAgain(): Promise<boolean> {
    said = ''
    return server.start().then(
      () => true,
      () => false,
    )
  }
  const kept = keepUp()
  return {
    name,
    setupLink,
    get isUp() {
      return isUp
    },
    get falls() {
      return falls
    },
    client: (key) => createClient({ url: server.url, key }),
    async kill() {
      killed = true
      await server.kill()
    },
    up: () => up.promise,
    async [Symbol.asyncDispose]() {
      over = true
      await server[Symbol.asyncDispose]()
      await kept
      log.end()
    },
  }
}
