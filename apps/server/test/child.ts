import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from '@fanfare/testkit'
import { platform } from '../platform.ts'
import { type Call, callWith } from './house.ts'

const launcher = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url))
/** Everything but the console, which a crash does not touch. */
const services = platform.map(({ provides }) => provides.id).join(',')

/** The product in a process of its own, which a test can kill and start again on the same data. */
export interface ChildServer extends AsyncDisposable {
  /** The API with an owner's key. */
  readonly call: Call
  /** SIGKILL: no time to finish anything. */
  kill(): Promise<void>
  start(): Promise<void>
}

export async function openChildServer(): Promise<ChildServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-crash-'))
  const database = process.env.DATABASE_URL === undefined ? undefined : await createTestDatabase()
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    FANFARE_DATA_DIR: folder,
    FANFARE_PORT: '0',
    ...(database ? { DATABASE_URL: String(database.config.url) } : {}),
  }
  let child: ChildProcess
  let credentials: { url: string; key: string } | undefined

  const server: ChildServer = {
    call: (...request) => {
      if (!credentials) throw new Error('The server has not been started.')
      return callWith(credentials.url, { authorization: `Bearer ${credentials.key}` })(...request)
    },
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
    async start() {
      child = spawn(process.execPath, [launcher, 'start', `--services=${services}`], { env: environment })
      const said = await readUntil(
        child,
        credentials ? /running at (http\S+)/ : /running at (http\S+)[\s\S]*?(http\S+token=\S+)/,
      )
      const url = said[1] as string
      credentials = { url, key: credentials?.key ?? (await setUp(url, said[2] as string)) }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await server.kill()
      await rm(folder, { recursive: true, force: true })
      await database?.drop()
    },
  }
  await server.start()
  return server
}

function readUntil(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      said += chunk
      const match = pattern.exec(said)
      if (match) resolve(match)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)))
  })
}

/** Makes the owner through the setup link and returns an owner's key. */
async function setUp(url: string, setupLink: string): Promise<string> {
  const token = new URL(setupLink).searchParams.get('token')
  const person = {
    token,
    name: 'Owner',
    email: 'owner@example.com',
    password: 'correct horse battery',
    workspaceName: 'Crash',
  }
  const reply = await fetch(`${url}/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(person),
  })
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { body } = await callWith(url, { cookie, origin: url })('POST', '/v1/api-keys', {
    name: 'crash',
    role: 'owner',
  })
  return body.key
}
