import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

/** `npm start` as a person runs it, on a data folder and a port of its own. */
export interface Server extends AsyncDisposable {
  readonly url: string
  readonly setupLink: string
}

/** @param environment variables besides those of this process */
export async function startServer(environment: Readonly<Record<string, string>> = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-e2e-'))
  const port = await freePort()
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, ...environment, FANFARE_DATA_DIR: folder, FANFARE_PORT: String(port) },
    detached: true,
  })
  try {
    const said = await waitFor(child, /once\):\s+(http\S+)/)
    return {
      url: `http://127.0.0.1:${port}`,
      setupLink: said[1] as string,
      async [Symbol.asyncDispose]() {
        await stop(child)
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await stop(child)
    throw error
  }
}

function waitFor(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      said += chunk
      const match = pattern.exec(said)
      if (match) resolve(match)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('close', (code) => reject(new Error(`npm start ended with ${code}:\n${said}`)))
    setTimeout(() => reject(new Error(`npm start did not say its setup link:\n${said}`)), 120_000).unref()
  })
}

/** The whole process group: npm, its shell and the server. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  process.kill(-child.pid, 'SIGTERM')
  await closed
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
