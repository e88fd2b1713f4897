import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseProblem, reasonOf } from './problems.ts'

/**
 * Takes a folder for this process until the returned function is called or the process ends, however it ends. The lock
 * is a listening socket named after the folder: on Linux in the abstract namespace, which the system clears
 * (https://man7.org/linux/man-pages/man7/unix.7.html); it does not reach across network namespaces, so two containers
 * must not share a data folder.
 *
 * Problems: `database.locked`, with the process id of the holder; `database.folder_unusable`.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  makeWritable(folder)
  const address = addressOf(realpathSync(folder))
  const server = (await listen(address)) ?? (await retakeStale(address))
  if (server === undefined) {
    throw databaseProblem('locked', { detail: { folder, holder: await holderOf(address) } })
  }
  return () => new Promise((resolve) => server.close(() => resolve()))
}

function makeWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw databaseProblem('folder_unusable', { detail: { folder, reason: reasonOf(error) }, cause: error })
  }
}

function addressOf(path: string): string {
  const name = `fanfare-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`
  if (process.platform === 'linux') return `\0${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

/** The holder's socket, which tells its process id to whoever asks, or undefined when the address is taken. */
function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.on('error', () => {}).end(String(process.pid)))
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () => resolve(server))
  })
}

/** A socket file outlives its process; when nobody answers on it, it is removed and taken. */
async function retakeStale(address: string): Promise<Server | undefined> {
  const isFile = process.platform !== 'linux' && process.platform !== 'win32'
  if (!isFile || (await answerOf(address)) !== undefined) return undefined
  rmSync(address, { force: true })
  return listen(address)
}

async function holderOf(address: string): Promise<string> {
  const id = await answerOf(address)
  return id === undefined || id === '' ? 'another process' : `process ${id}`
}

function answerOf(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(address)
    socket.setTimeout(1_000, () => socket.destroy())
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(text))
  })
}
