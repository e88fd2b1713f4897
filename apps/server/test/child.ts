import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, makeOwner, type ServerProcess, serverProcess } from '@fanfare/testkit'
import { platform } from '../platform.ts'
import { type Call, callWith } from './house.ts'

/** Everything but the console, which a crash does not touch. */
const services = platform.map(({ provides }) => provides.id)

/** The product in a process of its own, which a test can kill and start again on the same data. */
export interface ChildServer extends AsyncDisposable {
  /** The API with an owner's key. */
  readonly call: Call
  /** SIGKILL: no time to finish anything. */
  kill(): Promise<void>
  start(): Promise<void>
}

export async function openChildServer(): Promise<ChildServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fanfare-crash-'))
  const database = process.env.DATABASE_URL === undefined ? undefined : await createTestDatabase()
  const server = serverProcess({ dataDir, services, databaseUrl: database && String(database.config.url) })
  const cleanUp = async () => {
    await server[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, force: true })
    await database?.drop()
  }
  const key = await makeKey(server).catch(async (error: unknown) => {
    await cleanUp()
    throw error
  })
  return {
    call: (...request) => callWith(server.url, { authorization: `Bearer ${key}` })(...request),
    kill: () => server.kill(),
    async start() {
      await server.start()
    },
    [Symbol.asyncDispose]: cleanUp,
  }
}

async function makeKey(server: ServerProcess): Promise<string> {
  const { setupLink } = await server.start()
  if (setupLink === undefined) throw new Error('The first start printed no setup link.')
  return makeOwner(setupLink, 'Crash')
}
