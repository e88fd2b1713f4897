import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '@fanfare/kernel'
import { createBrowser, type TestReply } from './client.ts'

export interface ServerProcessOptions {
  /** Where the embedded database, the master key, uploads and journals lie. */
  readonly dataDir: string
  /** PostgreSQL; the embedded database when left out, whatever this process was given. */
  readonly databaseUrl?: string | undefined
  /** Which services to start, and what they need; all, with the console, when left out. */
  readonly services?: readonly string[]
  /** Variables more, or instead of those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Hears what the process prints. */
  readonly onOutput?: (text: string) => void
}

/** How a process ended: its code, or the signal that ended it. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The product as `npm start` runs it, in a process of its own that can be killed and started again on the same data. */
export interface ServerProcess extends AsyncDisposable {
  /** Of the last start. */
  readonly url: string
  readonly pid: number
  readonly isRunning: boolean
  /**
   * Resolves once it answers, with the link that a first start prints to make the owner's account; rejects with what it
   * printed when it ends before that.
   */
  start(): Promise<{ readonly setupLink: string | undefined }>
  /** SIGKILL: no time to finish anything. */
  kill(): Promise<void>
  /** SIGTERM: it finishes what it has in hand. */
  stop(): Promise<Ending>
  /** Resolves when the process of the last start has ended, by whomever. */
  ended(): Promise<Ending>
}

/**
 * As `npm start` has it. What dies young may take 16 MB; by itself the space for it grows to 64 MB and saves no time. A heap
 * that may not grow without end is tidied sooner: what lives of it during a send is 50 MB.
 */
const startFlags = ['--max-semi-space-size=8', '--max-old-space-size=1024']
const launcher = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url))
const welcome = /running at (http\S+)\s+Data: .*\n(?:\s+First run.*\n\s+(http\S+))?/
/** Of what it printed, for the error of a start that fails. */
const keptOutput = 20_000

/** Describes the process; `start` starts it, on any free port. */
export function serverProcess(options: ServerProcessOptions): ServerProcess {
  const words = ['start', ...(options.services ? [`--services=${options.services.join(',')}`] : [])]
  let child: ChildProcess | undefined
  let ending: Promise<Ending> | undefined
  let url = ''
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null
  const ended = async () => {
    if (ending === undefined) throw new Error('The server has not been started.')
    return ending
  }
  const end = (signal: NodeJS.Signals) => {
    if (isRunning()) child?.kill(signal)
    return ended()
  }
  return {
    get url() {
      return url
    },
    get pid() {
      return child?.pid ?? 0
    },
    get isRunning() {
      return isRunning()
    },
    async start() {
      const started = spawn(process.execPath, [...startFlags, launcher, ...words], {
        env: environmentOf(options),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      // A process that is interrupted must not leave it behind.
      const quit = () => started.kill('SIGKILL')
      process.once('exit', quit)
      ending = once(started, 'close').then(([code, signal]) => {
        process.off('exit', quit)
        return { code, signal }
      })
      const [, found = '', setupLink] = await hear(started, options.onOutput)
      url = found
      return { setupLink }
    },
    async kill() {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
    ended,
    async [Symbol.asyncDispose]() {
      if (isRunning()) await end('SIGKILL')
    },
  }
}

function environmentOf({ dataDir, databaseUrl, environment }: ServerProcessOptions): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...inherited } = readEnvironment()
  return {
    ...inherited,
    FANFARE_DATA_DIR: dataDir,
    FANFARE_PORT: '0',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...environment,
  }
}

/** Passes on what the process prints, and resolves with its welcome. */
function hear(child: ChildProcess, onOutput: (text: string) => void = () => {}): Promise<RegExpExecArray> {
  let said = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      const text = chunk.toString('utf8')
      onOutput(text)
      said = (said + text).slice(-keptOutput)
      const match = welcome.exec(said)
      if (match) resolve(match)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('close', (code, signal) => reject(new Error(`The server ended with ${signal ?? code}:\n${said}`)))
  })
}

/** Makes the owner's account and a workspace through the setup link, and returns an owner's key to it. */
export async function makeOwner(setupLink: string, workspaceName: string): Promise<string> {
  const { origin: url, searchParams } = new URL(setupLink)
  const account = { name: 'Owner', email: 'owner@example.com', password: 'correct horse battery', workspaceName }
  const browser = createBrowser(url)
  await made(browser.post('/v1/setup', { ...account, token: searchParams.get('token') }))
  return (await made(browser.post('/v1/api-keys', { name: 'testkit', role: 'owner' }))).key
}

async function made(replying: Promise<TestReply>): Promise<TestReply['body']> {
  const { status, text, body } = await replying
  if (status !== 201) throw new Error(`The server replied ${status}: ${text}`)
  return body
}
